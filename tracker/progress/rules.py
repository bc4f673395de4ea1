"""The rules of a progress record: what each step of the ladder needs, and how a position is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from tracker import clock
from tracker.catalogue.rules import Delivery
from tracker.errors import RuleBroken

CONFIRMED_WITHIN_MONTHS = 12
EARLIEST = date(2000, 1, 1)


class Confidence(StrEnum):
    """Will it be done by the date? Asked only while something is started."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"

    @property
    def label(self) -> str:
        return {"on_track": "Yes", "at_risk": "It might be late", "off_track": "It will be late"}[self.value]


class Change(StrEnum):
    """What kind of entry this is in the history of a record."""

    RECORDED = "recorded"
    LOWERED = "lowered"
    CONFIRMED = "confirmed"
    ASSURED = "assured"

    @property
    def label(self) -> str:
        return {
            "recorded": "Recorded",
            "lowered": "Went back",
            "confirmed": "Said to be still true",
            "assured": "Evidence checked and agreed",
        }[self.value]


class Standing(StrEnum):
    """A position as people see it: delivery and evidence together."""

    NOTHING = "nothing"
    NOT_STARTED = "not_started"
    STARTED = "started"
    NO_EVIDENCE = "no_evidence"
    WAITING = "waiting"
    CHECKED = "checked"
    LAPSED = "lapsed"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]

    @property
    def in_place(self) -> bool:
        """Declared: delivered or assured, whatever the evidence."""
        return self in IN_PLACE


STANDING_LABELS = {
    Standing.NOTHING: "Nothing recorded",
    Standing.NOT_STARTED: "Not started",
    Standing.STARTED: "Started",
    Standing.NO_EVIDENCE: "In place, no evidence yet",
    Standing.WAITING: "In place, evidence waiting to be checked",
    Standing.CHECKED: "In place, evidence checked and agreed",
    Standing.LAPSED: "Evidence out of date: check again",
    Standing.NOT_APPLICABLE: "Does not apply to us",
}
IN_PLACE = frozenset({Standing.NO_EVIDENCE, Standing.WAITING, Standing.CHECKED, Standing.LAPSED})
LADDER = (Delivery.NOT_STARTED, Delivery.IN_PROGRESS, Delivery.DELIVERED, Delivery.ASSURED)
DECLARED = frozenset({Delivery.DELIVERED, Delivery.ASSURED})


class Answer(StrEnum):
    """How recent an answer is; shown apart everywhere, because an old answer is not an answer."""

    CONFIRMED = "confirmed"
    OLDER = "older"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Position:
    """The whole position of a record: every history entry holds one."""

    delivery: Delivery
    confidence: Confidence | None = None
    summary: str = ""
    note: str = ""
    reason: str = ""
    due_on: date | None = None
    delivered_on: date | None = None
    evidence_due_on: date | None = None
    evidenced_on: date | None = None
    accountable_person: str = ""
    lead_executive: str = ""
    forum: str = ""
    forum_on: date | None = None
    assured_by: UUID | None = None
    confirmed_on: date | None = None
    delivered_version: int | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the rules need to know besides the form: who asks, when, and what stands already."""

    today: date
    actor_id: UUID
    may_assure: bool
    not_applicable_allowed: bool
    next_version: int
    live_evidence_with_file: int
    authors_since_delivered: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a permitted step leads to."""

    position: Position
    change: Change


def standing(delivery: Delivery | None, live_evidence: int) -> Standing:
    """How a position is shown. `live_evidence`: items in use and in date that support it."""
    if delivery is None:
        return Standing.NOTHING
    if delivery is Delivery.DELIVERED:
        return Standing.WAITING if live_evidence else Standing.NO_EVIDENCE
    if delivery is Delivery.ASSURED:
        return Standing.CHECKED if live_evidence else Standing.LAPSED
    return {
        Delivery.NOT_STARTED: Standing.NOT_STARTED,
        Delivery.IN_PROGRESS: Standing.STARTED,
        Delivery.NOT_APPLICABLE: Standing.NOT_APPLICABLE,
    }[delivery]


def answer(confirmed_on: date | None, today: date) -> Answer:
    """Answered means confirmed within 12 months; older and nothing are kept apart."""
    if confirmed_on is None:
        return Answer.NOTHING
    fresh = confirmed_on >= clock.months_before(today, CONFIRMED_WITHIN_MONTHS)
    return Answer.CONFIRMED if fresh else Answer.OLDER


def is_overdue(delivery: Delivery | None, due_on: date | None, today: date) -> bool:
    """Derived, never stored: the day has passed and the thing is not in place."""
    waiting = delivery in {Delivery.NOT_STARTED, Delivery.IN_PROGRESS}
    return waiting and due_on is not None and due_on < today


def goes_down(before: Delivery | None, after: Delivery) -> bool:
    """Whether a step leads down the ladder. To and from "does not apply" is no rung of it."""
    if before not in LADDER or after not in LADDER:
        return False
    return LADDER.index(after) < LADDER.index(before)


def record(before: Position | None, wanted: Position, given: Circumstances) -> Outcome:
    """The position after a step, or RuleBroken with every problem at once.

    An assured record whose details change stays assured; when the facts of delivery change it goes back
    to delivered, and somebody must check it again.
    """
    found = problems(before, wanted, given)
    if found:
        raise RuleBroken.many(found)
    after = _settle(before, _keeping_assurance(before, wanted), given)
    return Outcome(position=after, change=_kind_of_change(before, after, wanted))


def problems(before: Position | None, wanted: Position, given: Circumstances) -> list[tuple[str, str]]:
    """Everything that stands against a step, by field, in words for the form."""
    asked = _keeping_assurance(before, wanted)
    return [*_ask_delivery(before, asked, given), *_ask_dates(asked, given.today)]


def confirm(before: Position | None, today: date, live_evidence: int, evidence: int) -> Position:
    """ "Still true": renews an unchanged record whose evidence is in date."""
    if before is None:
        raise RuleBroken("delivery", "Nothing is recorded yet. Say where you are with this first.")
    out_of_date = before.delivery in DECLARED and evidence > 0 and live_evidence == 0
    if out_of_date or (before.delivery is Delivery.ASSURED and live_evidence == 0):
        raise RuleBroken(
            "evidence",
            "The evidence is out of date. Add evidence that is in date, then say it is still true.",
        )
    return replace(before, confirmed_on=today, note="")


def facts_changed(before: Position, after: Position) -> bool:
    """Whether what assurance was given for is still what is said."""
    return (before.summary, before.delivered_on) != (after.summary, after.delivered_on)


def _keeping_assurance(before: Position | None, wanted: Position) -> Position:
    """ "In place" chosen for an assured record, with the same facts and no reason, leaves it assured."""
    if before is None or before.delivery is not Delivery.ASSURED or wanted.delivery is not Delivery.DELIVERED:
        return wanted
    if wanted.reason or facts_changed(before, wanted):
        return wanted
    return replace(
        wanted,
        delivery=Delivery.ASSURED,
        forum=before.forum,
        forum_on=before.forum_on,
        assured_by=before.assured_by,
    )


def _ask_delivery(before: Position | None, wanted: Position, given: Circumstances) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    if wanted.delivery is Delivery.NOT_APPLICABLE:
        if not given.not_applicable_allowed:
            problems.append(
                (
                    "delivery",
                    "This recommendation applies to every organisation that is asked. Choose where you are with it.",
                )
            )
        elif not wanted.reason:
            problems.append(
                ("reason", "Say why this does not apply to you. The national team looks at the reason.")
            )
    if wanted.delivery in DECLARED:
        problems += _ask_delivered(wanted, given.today)
    if wanted.delivery is Delivery.ASSURED and wanted.assured_by is None:
        problems += _ask_assured(before, wanted, given)
    automatic = (
        before is not None and before.delivery is Delivery.ASSURED and wanted.delivery is Delivery.DELIVERED
    )
    if (
        before is not None
        and goes_down(before.delivery, wanted.delivery)
        and not wanted.reason
        and not automatic
    ):
        problems.append(("reason", "Say why this went back. The reason stays in the history."))
    return problems


def _ask_delivered(wanted: Position, today: date) -> list[tuple[str, str]]:
    problems = []
    if not wanted.summary:
        problems.append(("summary", "Say in one or two sentences what is in place now."))
    if wanted.delivered_on is None:
        problems.append(("delivered_on", "Enter the date since when this is in place."))
    elif wanted.delivered_on > today:
        problems.append(
            ("delivered_on", "The date since when this is in place must be today or in the past.")
        )
    return problems


def _ask_assured(before: Position | None, wanted: Position, given: Circumstances) -> list[tuple[str, str]]:
    if not given.may_assure:
        return [
            (
                "delivery",
                "Only a lead can say that the evidence is checked and agreed. Choose “In place”.",
            )
        ]
    if before is None or before.delivery not in DECLARED:
        return [("delivery", "Somebody else must first record this as in place. Then you can agree it.")]
    problems = []
    if facts_changed(before, wanted):
        problems.append(
            (
                "summary",
                "To agree what is recorded, leave the words and the date as they are. Save a change on its own first.",
            )
        )
    if given.actor_id in given.authors_since_delivered:
        problems.append(
            (
                "delivery",
                "You wrote an entry here since it was in place, so another lead must agree it.",
            )
        )
    if given.live_evidence_with_file < 1:
        problems.append(
            (
                "files",
                "Agreeing needs at least one file of evidence that is in use and in date. A link alone is not enough.",
            )
        )
    if not wanted.forum:
        problems.append(
            ("forum", "Enter the meeting that agreed it, for example Deteriorating Patient Group.")
        )
    if wanted.forum_on is None:
        problems.append(("forum_on", "Enter the date of the meeting."))
    elif wanted.forum_on > given.today:
        problems.append(("forum_on", "The date of the meeting must be today or in the past."))
    return problems


def _ask_dates(wanted: Position, today: date) -> list[tuple[str, str]]:
    problems = []
    if wanted.evidenced_on is not None and wanted.evidenced_on > today:
        problems.append(
            ("evidenced_on", "The date when the evidence was ready must be today or in the past.")
        )
    for name in ("due_on", "delivered_on", "evidence_due_on", "evidenced_on", "forum_on"):
        value = getattr(wanted, name)
        if value is not None and value < EARLIEST:
            problems.append((name, "Check the year: it must be 2000 or later."))
    return problems


def _settle(before: Position | None, wanted: Position, given: Circumstances) -> Position:
    after = replace(
        wanted, confirmed_on=given.today, delivered_version=_delivered_version(before, wanted, given)
    )
    if after.delivery is not Delivery.IN_PROGRESS:
        after = replace(after, confidence=None)
    if after.delivery not in DECLARED:
        after = replace(after, delivered_on=None)
    if after.delivery is not Delivery.ASSURED:
        after = replace(after, forum="", forum_on=None, assured_by=None)
    elif after.assured_by is None:
        after = replace(after, assured_by=given.actor_id)
    return after


def _delivered_version(before: Position | None, wanted: Position, given: Circumstances) -> int | None:
    """The version at which what stands now was declared: a change of the facts declares it anew."""
    if wanted.delivery not in DECLARED:
        return None
    if before is None or before.delivery not in DECLARED or facts_changed(before, wanted):
        return given.next_version
    return before.delivered_version


def _kind_of_change(before: Position | None, after: Position, wanted: Position) -> Change:
    if after.delivery is Delivery.ASSURED and wanted.delivery is Delivery.ASSURED:
        return Change.ASSURED
    if before is not None and goes_down(before.delivery, after.delivery):
        return Change.LOWERED
    return Change.RECORDED
