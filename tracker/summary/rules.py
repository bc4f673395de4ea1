"""What the national figures mean: whose answers count, how recent they are, and what is asked for. No database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from functools import cached_property
from uuid import UUID

from tracker import clock
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import RuleBroken
from tracker.library.rules import Channel
from tracker.progress.rules import CONFIRMED_WITHIN_MONTHS, Standing, standing
from tracker.spreadsheets.cells import guarded

# The stakeholder groups of the report: HEE itself, healthcare providers, others.
HEE, PROVIDERS, OTHERS = "a", "b", "c"
EARLIEST = date(2016, 11, 1)
# Among the positions on one recommendation: it does not apply, and the reason was accepted.
LEFT_OUT = "left_out"
# In the filter on delivery: organisations with at least one recommendation unanswered.
NOTHING = "nothing"
# From least to most; the two that are off the ladder come last.
SEGMENTS = (
    Standing.NOTHING,
    Standing.NOT_STARTED,
    Standing.STARTED,
    Standing.NO_EVIDENCE,
    Standing.WAITING,
    Standing.CHECKED,
    Standing.LAPSED,
    Standing.NOT_APPLICABLE,
)
IN_PLACE = (Delivery.DELIVERED, Delivery.ASSURED)


class Answered(StrEnum):
    """How an organisation has answered the recommendations that it owes, by a day.

    nothing: no entry at all. part: an entry on some, none on others. older: an entry on all, at least one of
    them last confirmed more than 12 months before the day. confirmed: all confirmed within the 12 months.
    """

    CONFIRMED = "confirmed"
    OLDER = "older"
    PART = "part"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Selection:
    """What is asked for. `text` and `delivery` choose which organisations are listed; they narrow no figure."""

    day: date
    today: date
    since: date
    kind: OrganisationKind = OrganisationKind.NHS_TRUST
    region: str = ""
    icb: str = ""
    delivery: str = ""
    text: str = ""
    demonstration: bool = False
    at: datetime | None = None

    @cached_property
    def moment(self) -> datetime | None:
        """None is now; a past day counts to its end, in London. `at` fixes the moment of a day that is not over."""
        return self.at or (None if self.is_now else clock.end_of_day(self.day))

    @cached_property
    def since_moment(self) -> datetime:
        return clock.end_of_day(self.since)

    @property
    def is_now(self) -> bool:
        return self.day == self.today

    @cached_property
    def fresh_from(self) -> date:
        """What was confirmed on or after this day counts as answered."""
        return fresh_from(self.day)

    @property
    def lists_some(self) -> bool:
        """Whether only some of the organisations counted are listed."""
        return bool(self.text or self.delivery)


@dataclass(frozen=True)
class Spread:
    """Which shares are looked for among the organisations of a selection; `channel` empty: whichever way."""

    selection: Selection
    months: int
    resources: tuple[UUID, ...]
    channel: str = ""

    @property
    def since(self) -> date:
        return clock.months_before(self.selection.day, self.months)


@dataclass(frozen=True, slots=True)
class Touch:
    """How one resource reached one organisation: it shared it, a network shared it on its behalf, or both."""

    own: bool
    on_behalf: bool
    latest: date


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One time that a resource reached an organisation, with what is known of it; `by` is who recorded it."""

    organisation_id: UUID
    resource_id: UUID
    channel: Channel
    channel_words: str
    shared_on: date
    link: str
    evidence: str
    reached: int | None
    basis: str
    by: str
    by_name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A recommendation as the summary shows it, and the kinds of organisation that owe it."""

    code: str
    number: int
    title: str
    group: str
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation with the name and place it had on the day. One with `absent_since` is not counted; one that
    had closed is listed only where it answers all the same."""

    id: UUID
    code: str
    name: str
    region: str
    icb: str
    absent_since: date | None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What an organisation has recorded; `wanted` records are in the delivery that the list is narrowed to."""

    recorded: int = 0
    oldest: date | None = None
    latest: date | None = None
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class CellRow:
    """Where one organisation stands on one recommendation, with its evidence: in use, in date, in date with a file."""

    organisation_id: UUID
    code: str
    delivery: Delivery
    confirmed_on: date
    due_on: date | None
    accepted: bool
    in_use: int = 0
    live: int = 0
    live_with_file: int = 0

    @property
    def standing(self) -> Standing:
        return standing(self.delivery, self.live)


@dataclass(frozen=True, slots=True)
class OthersRow:
    """How many organisations outside any register recorded something, and how many have it in place."""

    answered: int = 0
    in_place: int = 0


class Before(IntEnum):
    """What the same record was at the day of comparison; answered means confirmed within the 12 months before."""

    NOT_ANSWERED = 0
    ANSWERED = 1
    IN_PLACE = 2


@dataclass(frozen=True, slots=True)
class RecordCount:
    """How many records are alike. `fresh`: answered now; `accepted`: the reason why it does not apply was accepted."""

    code: str
    delivery: Delivery
    live: bool
    fresh: bool
    accepted: bool
    before: Before
    count: int

    @property
    def in_place(self) -> bool:
        return self.delivery in IN_PLACE

    @property
    def standing(self) -> Standing:
        return standing(self.delivery, int(self.live))


@dataclass(frozen=True, slots=True)
class StoodRow:
    """Where one organisation stood on one recommendation."""

    standing: Standing
    accepted: bool
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A trust lead, for the national lead to write to."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What each organisation has recorded, one that recorded nothing not among them; and which records are alike."""

    answers: dict[UUID, AnswerRow]
    records: list[RecordCount]


@dataclass(frozen=True, slots=True)
class Ladder:
    """One recommendation across `total` organisations; `left_out` are those whose reason was accepted."""

    counts: dict[Standing, int]
    total: int
    left_out: int
    in_place: int
    in_place_older: int
    older: int


@dataclass(frozen=True, slots=True)
class Movement:
    """The change of "in place" among those answered at both dates, and those newly answered apart."""

    difference: int
    same: int
    newly: int
    newly_in_place: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Claims in place that were tested by the national team or an auditor, by their latest finding."""

    verified: int = 0
    overturned: int = 0

    @property
    def total(self) -> int:
        return self.verified + self.overturned


def fresh_from(day: date) -> date:
    """The first day on which a confirmation is not older than 12 months at `day`."""
    return clock.months_before(day, CONFIRMED_WITHIN_MONTHS)


def answered(recorded: int, owed: int, oldest: date | None, fresh: date) -> Answered:
    """How an organisation with `recorded` of `owed` entries has answered.

    `oldest` is the oldest confirmation of them all, `fresh` the first day that is not too old.
    """
    if not recorded or oldest is None:
        return Answered.NOTHING
    if recorded < owed:
        return Answered.PART
    return Answered.CONFIRMED if oldest >= fresh else Answered.OLDER


def asked_of(
    catalogue: Sequence[Asked], group: str, kind: OrganisationKind | None = None
) -> tuple[Asked, ...]:
    """The recommendations to a stakeholder group; only those that a kind of organisation owes."""
    return tuple(
        each for each in catalogue if each.group == group and (kind is None or kind.value in each.owners)
    )


def kinds_of_provider(catalogue: Sequence[Asked]) -> tuple[OrganisationKind, ...]:
    """The kinds of organisation that owe recommendations to providers, trusts first."""
    owners = {kind for each in catalogue if each.group == PROVIDERS for kind in each.owners}
    return tuple(each for each in OrganisationKind if each.value in owners)


def is_listed(wanted: Selection, row: OrganisationRow, found: AnswerRow, owed: int) -> bool:
    """Whether an organisation is among those listed: its name or code has the words, and a record the delivery."""
    if not wanted.lists_some:
        return True
    words = wanted.text.lower().split()
    named = f"{row.name} {row.code}".lower()
    if not all(word in named for word in words):
        return False
    if wanted.delivery == NOTHING:
        return found.recorded < owed
    return not wanted.delivery or found.wanted > 0


def ladder(rows: Sequence[RecordCount], organisations: int) -> Ladder:
    """The ladder of one recommendation. Whoever has not answered stays in it, as nothing recorded."""
    left_out = sum(row.count for row in rows if row.accepted)
    counted = [row for row in rows if not row.accepted]
    counts = dict.fromkeys(SEGMENTS, 0)
    for row in counted:
        counts[row.standing] += row.count
    counts[Standing.NOTHING] = organisations - left_out - sum(counts.values())
    return Ladder(
        counts=counts,
        total=organisations - left_out,
        left_out=left_out,
        in_place=sum(row.count for row in counted if row.in_place),
        in_place_older=sum(row.count for row in counted if row.in_place and not row.fresh),
        older=sum(row.count for row in counted if not row.fresh),
    )


def movement(rows: Sequence[RecordCount]) -> Movement:
    """Like with like: only records that were answered at both dates are compared."""
    answered_now = [row for row in rows if row.fresh and not row.accepted]
    same = [row for row in answered_now if row.before is not Before.NOT_ANSWERED]
    newly = [row for row in answered_now if row.before is Before.NOT_ANSWERED]
    return Movement(
        difference=sum(row.count * (row.in_place - (row.before is Before.IN_PLACE)) for row in same),
        same=sum(row.count for row in same),
        newly=sum(row.count for row in newly),
        newly_in_place=sum(row.count for row in newly if row.in_place),
    )


def default_since(day: date) -> date:
    """The end of the last financial year before a day."""
    end = date(day.year, 3, 31)
    return end if end < day else date(day.year - 1, 3, 31)


def read_day(text: str, field: str, label: str) -> date | None:
    """31-3-2026, 31/3/2026, 31 March 2026 or 2026-03-31; None for no text. Raises RuleBroken."""
    words = text.split() if " " in text.strip() else re.split(r"[-/.]", text.strip())
    if words == [""] or not words:
        return None
    problem = RuleBroken(field, f"{label} must be a real date, such as 31 March 2026")
    if len(words) != 3:
        raise problem
    if re.fullmatch(r"[0-9]{4}", words[0]):
        words.reverse()
    day, month, year = words
    if not re.fullmatch(r"[0-9]{1,2}", day) or not re.fullmatch(r"[0-9]{4}", year):
        raise problem
    try:
        return date(int(year), _month(month), int(day))
    except ValueError:
        raise problem from None


def check_day(day: date, today: date, field: str, label: str) -> None:
    """A position can be shown from the report's publication up to today. Raises RuleBroken."""
    if day > today:
        raise RuleBroken(field, f"{label} must be today or in the past: nothing is known of a day to come")
    if day < EARLIEST:
        raise RuleBroken(field, f"{label} must be November 2016 or later: the report is of that month")


def _month(text: str) -> int:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    if text.isascii() and text.isalpha() and len(text) >= 3:
        return names.index(text[:3].lower()) + 1
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise ValueError(text)
    return int(text)


def safe_cell(value: object) -> str:
    """The text of a CSV cell; what a spreadsheet would run as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return guarded(text) if isinstance(value, str) else text
