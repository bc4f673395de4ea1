"""What the measure offers: no figure of its own, but facts from which other figures are made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from tracker.access.identity import Identity
from tracker.measures.base import At, Fact, Figure, Need, Row, Urgency
from tracker.measures.sharing import queries
from tracker.measures.sharing.queries import (
    Answered,
    Differing,
    National,
    Own,
    SentBack,
    Tally,
    TrustsReached,
    Waiting,
)

# Where each fact is kept.
PAGES = {
    "reach": "library.shares", "uptake": "library.usage", "engagement": "library.usage",
    "methods": "library.evaluations", "evaluated": "library.evaluations", "proven": "library.evaluations",
    "promoted": "library.evaluations", "differ": "library.evaluations", "funded": "library.funding",
    "checked": "library.funding", "open": "library.funding", "announced": "library.funding",
    "overlaps": "library.funding", "help": "practice.help_requests",
}  # fmt: skip
OWN_PAGES = {"proven": "practice.index", "shared": "practice.index", "help": "practice.help_requests"}

# Reach and ratings count what HEE made or endorsed; what it keeps in use, and evaluates, is what it made.
MADE = "Resources made by HEE (endorsed ones are not counted here)"
IN_USE = "resources in use made by HEE (endorsed ones are not counted here)"
DIFFER = "More where findings differ, not counted as proven"
# So many titles are named; more are counted.
NAMED = 5

# How long the answer to a question stands among what needs somebody.
ANSWER_DAYS = 14


class Sharing:
    """Recommendations 1, 6, 7, 8 and 15, from the library and good practice."""

    name = "sharing"
    title = "Sharing and evaluation"
    codes: Sequence[str] = ()
    endpoint = "dashboard.organisation"

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        return {}

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        return ()

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        """What the national lead sent back, and what the national body answered of late."""
        returned = queries.list_sent_back(identity, organisation_id)
        answered = queries.list_answered(identity, organisation_id, today - timedelta(days=ANSWER_DAYS))
        return [*(_sent_back(each) for each in returned), *(_answered(each) for each in answered)]

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        return iter(())

    def facts(
        self, identity: Identity, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Mapping[str, Fact]]:
        """National: reach, uptake, engagement, methods, evaluated, proven, promoted, differ, funded, checked, open,
        announced, overlaps. Others: proven, shared. Both: help, the national body's waiting time."""
        held = queries.list_held(identity, organisation_ids, at)
        return {
            each: _of_nation(found, at.day) if isinstance(found, National) else _of_one(found, at.day)
            for each, found in held.items()
        }


MEASURE = Sharing()


def _sent_back(each: SentBack) -> Need:
    return Need(
        "sharing",
        "",
        Urgency.LATE,
        f"Change “{each.title}” and send it again, or take it out of use",
        f"the national lead sent it back; last saved on {_in_words(each.on)}",
        "practice.own",
        {"practice": str(each.practice_id)},
        each.on,
    )


def _answered(each: Answered) -> Need:
    text = f"Read the answer to your question on recommendation {each.number}"
    note = f"the national body answered on {_in_words(each.on)}"
    return Need("sharing", "", Urgency.SOON, text, note, "practice.help_requests", {}, each.on)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _of_nation(held: National, day: date) -> dict[str, Fact]:
    """What has no denominator is left out: nothing out of nothing is no figure."""
    marks = held.marks
    found = {
        "reach": _of(
            _tally(held.reached),
            "Trusts in England reached by a share of a resource made or endorsed by HEE",
            "trusts open in England have a recorded share of a resource that HEE made or endorsed, "
            f"in the last {marks['reach_months']} months",
            day,
        ),
        "uptake": _of(
            held.read,
            f"{MADE} whose use was read",
            f"{IN_USE} had their use read in the last {marks['uptake_review_months']} months",
            day,
            "not read",
        ),
        "engagement": _of(
            held.useful,
            "Users who found a resource useful (made or endorsed by HEE)",
            "users who rated a resource that HEE made or endorsed in "
            f"the last {marks['uptake_review_months']} months found it useful",
            day,
        ),
        "methods": _of(
            held.with_method,
            f"{MADE} with a method of evaluation",
            f"{IN_USE} have a method of evaluation that HEE recorded itself",
            day,
            "without a method",
        ),
        "evaluated": _of(
            held.evaluated,
            f"{MADE} evaluated",
            f"{IN_USE} were evaluated, by whichever organisation, in the last {marks['evaluation_months']} months",
            day,
            "not evaluated",
        ),
        "proven": _proven(held.promoted, "resources and practices", day),
        "promoted": _of(
            held.promoted,
            "Proven items that reached every region",
            "resources and practices that are proven to work reached every region "
            f"({held.regions} with an open trust) in the last {marks['promotion_months']} months: a resource where an "
            "organisation shared it, a practice by its owner and where another organisation took it up",
            day,
        ),
        "differ": _differ(held.differing, day),
        "funded": _of(
            held.funded,
            "Resources with funder and developer recorded",
            "resources in use have funder and developer recorded",
            day,
        ),
        "checked": _checked(held, day),
        "open": _open(held),
        "announced": _of(
            held.announced,
            "New developments announced before work began",
            "new developments were announced before work began",
            day,
        ),
        "overlaps": _of(held.settled, "Overlaps settled", "overlaps that were found are settled", day),
        "help": _waiting(held.waiting, day, "Asked {}".format),
    }
    return {name: replace(fact, endpoint=PAGES[name]) for name, fact in found.items() if fact is not None}


def _of_one(held: Own, day: date) -> dict[str, Fact]:
    counts = held.practices
    shared = Tally(counts.both, counts.proven, counts.recorded_at)
    found = {
        "proven": _proven(shared, "practices", day),
        "shared": _of(
            shared,
            "Proven practices shared both ways",
            "practices that are proven to work were shared both locally and nationally",
            day,
        ),
        "help": _waiting(held.waiting, day, "The national body was asked {} by all organisations".format),
    }
    return {name: replace(fact, endpoint=OWN_PAGES[name]) for name, fact in found.items() if fact is not None}


def _of(tally: Tally, label: str, words: str, day: date, without: str = "") -> Fact | None:
    """So many of so many in a sentence; it stands when all of them do. `without`: what those that are named lack."""
    top, bottom = tally.numerator, tally.denominator
    if not bottom:
        return None
    text = f"{top:,} of {bottom:,} {words}."
    lacking = _named(without, tally.lacking) if without else ""
    return Fact(top == bottom, text, day, top, bottom, label, lacking, tally.recorded_at)


def _named(without: str, titles: Sequence[str]) -> str:
    """`not read: A film, A game and 3 more`; nothing where none is lacking."""
    if not titles:
        return ""
    return f"{without}: {_some(titles)}"


def _some(titles: Sequence[str]) -> str:
    more = f" and {len(titles) - NAMED:,} more" if len(titles) > NAMED else ""
    return f"{', '.join(titles[:NAMED])}{more}"


def _proven(tally: Tally, what: str, day: date) -> Fact | None:
    count = tally.denominator
    if not count:
        return None
    words = f"{count:,} {what} with an evaluation that shows an effect."
    return Fact(True, words, day, count, None, "Proven to work", recorded_at=tally.recorded_at)


def _differ(found: Sequence[Differing], day: date) -> Fact | None:
    """Resources that would be proven, were it not for what another organisation found: named, and not counted."""
    if not found:
        return None
    words = f"{_some([each.title for each in found])}."
    latest = max(each.recorded_at for each in found)
    return Fact(False, words, day, len(found), None, DIFFER, recorded_at=latest)


def _tally(reached: TrustsReached) -> Tally:
    return Tally(reached.reached, reached.trusts)


def _checked(held: National, day: date) -> Fact | None:
    """It stands when every resource was checked of late: one that was says nothing of the others."""
    found = held.checks
    if not found.total:
        return None
    return Fact(
        found.all_recent,
        f"{found.said}.",
        day if found.all_recent else None,
        found.recent,
        found.total,
        f"Resources checked in the last {found.months} months",
        found.left,
        held.funded.recorded_at,
    )


def _open(held: National) -> Fact | None:
    """The list stands on a page of this service that asks for no account."""
    words = "Everybody can read the list in this service, without an account."
    return Fact(True, words) if held.funded.denominator else None


def _waiting(waiting: Waiting, day: date, asked_by: Callable[[str], str]) -> Fact | None:
    """`asked_by` begins the sentence with how often: on another's page it says whose figure it is."""
    if not waiting.count:
        return None
    times = "once" if waiting.count == 1 else f"{waiting.count:,} times"
    asked = f"{asked_by(times)}: {waiting.answered:,} answered, {waiting.open:,} open"
    longest = waiting.longest_open_days
    still = f"; the longest still waits, {longest:,} days." if longest is not None else "."
    half = waiting.half_days
    words = "Fewer than half of those who asked have an answer. " if half is None else ""
    label = "Days within which half of all questions to the national body were answered"
    return Fact(not waiting.open, f"{words}{asked}{still}", day, half, None, label)
