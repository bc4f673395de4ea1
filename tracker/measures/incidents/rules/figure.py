"""The honest figure of recommendation 18, what it needs, and what of it may be seen outside the trust."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from tracker.measures.base import SMALL, Figure, Need, Part, Supports, Urgency
from tracker.measures.incidents.rules.months import (
    add_months,
    cohort,
    last_day,
    month_of,
    months_from,
    period_name,
)
from tracker.measures.incidents.rules.words import Counted, Nil

NAME, CODE = "incidents", "SEP16-18"
OPEN_MONTHS = 6
SOURCE = "register of sepsis incidents"
COUNTED = (
    "incidents whose learning reached the people involved and their department, with learning material used"
)
OUTSIDE_WORDS = f"fewer than {SMALL} incidents: the number stays in the trust"
OUTSIDE_BECAUSE = (
    f"There were fewer than {SMALL} incidents in the period. "
    "So small a number, and what it says, stays in the trust."
)

# What is lacking of each is said in small numbers: the shares say it well enough.
OUTSIDE_NOT_YET = "Not all of the incidents of the period have been learnt from in full."


def figure_of(
    day: date, incidents: Sequence[Counted], nils: Sequence[Nil], marks: Mapping[str, int]
) -> Figure:
    """The figure about a day, from the rows that stood: for the trust itself. Others get `outside` of it."""
    first, last = cohort(day, marks["incident_cohort_from_months"], marks["incident_cohort_to_months"])
    chosen = [each for each in incidents if first <= each.month <= last]
    base = _base(day, first, last, incidents, nils, marks)
    if not chosen:
        return _without_incidents(base, first, last, incidents, nils)
    done = sum(1 for each in chosen if each.shared_on(day) and each.used)
    return replace(
        base,
        supports=Supports.IN_PLACE if done == len(chosen) else Supports.NOT_YET,
        because=_because(chosen, day, done),
        numerator=done,
        denominator=len(chosen),
        counted=COUNTED,
        of=f"incidents reported from {period_name(first, last)}",
        parts=_parts(chosen, incidents, day, marks["incident_sharing_days"]),
    )


def outside(figure: Figure) -> Figure:
    """What may be seen of a figure outside the trust: no count under five, nor what would tell one.

    A confirmed nil, a few and all of a few look alike; whether a small figure supports "in place" would tell a
    small count, so that is left out too. That nothing is recorded is no count, and is seen.
    """
    if not figure.exists:
        return replace(figure, parts=())
    if figure.denominator is None or figure.denominator < SMALL:
        return replace(
            figure, supports=Supports.NO_FIGURE, because=OUTSIDE_BECAUSE, numerator=None, denominator=None,
            counted="", of="", answer=OUTSIDE_WORDS, parts=(), recorded_at=None, recorded_by=None,
        )  # fmt: skip
    words = figure.because if figure.supports is Supports.IN_PLACE else OUTSIDE_NOT_YET
    return replace(figure, because=words, parts=tuple(each for each in figure.parts if _may_leave(each)))


def needs_of(
    day: date,
    incidents: Sequence[tuple[UUID, str, Counted]],
    nils: Sequence[tuple[UUID, Nil]],
    figure: Figure,
) -> list[Need]:
    """What needs somebody, for the trust itself: incidents by id and reference, confirmations by id."""
    needs = [_contradicted(entity_id, nil, incidents) for entity_id, nil in nils]
    for entity_id, reference, each in incidents:
        if is_long_open(each, day):
            needs.append(_long_open(entity_id, reference, each))
        elif each.shared_on(day) and not each.used and each.is_open(day):
            needs.append(_no_resource(entity_id, reference, each))
    found = [each for each in needs if each is not None]
    return [*found, *([] if figure.exists else [nothing_recorded(figure)])]


def nothing_recorded(figure: Figure) -> Need:
    """Neither an incident nor a nil: this one may be seen outside too, because it tells no count."""
    return Need(
        NAME, CODE, Urgency.MISSING, "Record sepsis incidents, or that there were none", figure.because,
        "incidents.register", day=figure.about,
    )  # fmt: skip


def is_long_open(each: Counted, day: date) -> bool:
    """Open, and six whole months have passed since the month of its report."""
    return each.is_open(day) and add_months(each.month, OPEN_MONTHS) < month_of(day)


def median_days(chosen: Iterable[Counted], day: date) -> int | None:
    """The middle number of days to sharing, a half rounded up; None when nothing was shared."""
    days = [found for each in chosen if (found := days_to_sharing(each, day)) is not None]
    return math.ceil(statistics.median(days)) if days else None


def days_to_sharing(each: Counted, day: date) -> int | None:
    """Days from the end of the month of the report to the day when both had heard; never below 0."""
    shared = each.shared_on(day)
    return None if shared is None else max(0, (shared - last_day(each.month)).days)


def quarters_of(
    day: date, incidents: Sequence[Counted], marks: Mapping[str, int]
) -> list[tuple[date, list[Counted] | None]]:
    """The calendar quarters of the cohort, each by its first month; None where the count may not leave the trust.

    Where only one quarter would be hidden the smallest other is hidden too: the total would tell it.
    """
    first, last = cohort(day, marks["incident_cohort_from_months"], marks["incident_cohort_to_months"])
    months = [each for each in months_from(first, last) if each == first or each.month % 3 == 1]
    starts = list(dict.fromkeys(_quarter(each) for each in months))
    held = {
        start: [each for each in incidents if _quarter(each.month) == start and first <= each.month <= last]
        for start in starts
    }
    hidden = {start for start in starts if len(held[start]) < SMALL}
    if len(hidden) == 1:
        hidden.add(min((each for each in starts if each not in hidden), key=lambda each: len(held[each])))
    return [(start, None if start in hidden else held[start]) for start in starts]


def _quarter(month: date) -> date:
    return add_months(month, -((month.month - 1) % 3))


def _base(
    day: date,
    first: date,
    last: date,
    incidents: Sequence[Counted],
    nils: Sequence[Nil],
    marks: Mapping[str, int],
) -> Figure:
    rows = [(each.recorded_at, each.author_id) for each in incidents if each.recorded_at]
    rows += [(each.recorded_at, each.author_id) for each in nils if each.recorded_at]
    recorded_at, recorded_by = max(rows, key=lambda row: row[0], default=(None, None))
    return Figure(
        NAME, CODE, Supports.NO_FIGURE, "", about=day, source=SOURCE,
        rule=_rule(first, last, marks["incident_sharing_days"]),
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )  # fmt: skip


def _rule(first: date, last: date, days: int) -> str:
    return (
        f"Incidents with a review, reported from {period_name(first, last)}: whole months, because the day is not "
        "kept, and the last of them ended at least two months ago. One counts when its learning reached the people "
        "involved and their department and a learning material was used. Days to sharing run from the end of the "
        f"month of the report. The mark of {days} days is ours, not the source’s."
    )


def _without_incidents(
    base: Figure, first: date, last: date, incidents: Sequence[Counted], nils: Sequence[Nil]
) -> Figure:
    """None is an answer only when somebody confirmed every month of it, and no incident speaks against it."""
    standing = [each for each in nils if not any(each.holds(incident.month) for incident in incidents)]
    months = months_from(first, last)
    open_months = [month for month in months if not any(each.holds(month) for each in standing)]
    period = period_name(first, last)
    if open_months:
        part = "" if len(open_months) == len(months) else f" in {_in_words(open_months)}"
        words = f"No incident is recorded for {period}, and nobody has confirmed that there were none{part}."
        return replace(base, because=words)
    latest = max((each for each in standing if any(each.holds(month) for month in months)), key=_when)
    told = f"none, confirmed by the {_lower(latest.confirmed_by)} on {_day(latest.confirmed_on)}"
    words = f"No sepsis incident was reported from {period}: {told.removeprefix('none, ')}."
    return replace(base, supports=Supports.IN_PLACE, because=words, answer=told)


def _because(chosen: Sequence[Counted], day: date, done: int) -> str:
    total = len(chosen)
    if done == total:
        who = "the one incident" if total == 1 else f"all {total} incidents"
        return (
            f"The learning of {who} reached the people involved and their department, with learning material."
        )
    unheard = sum(1 for each in chosen if each.shared_on(day) is None)
    unused = sum(1 for each in chosen if not each.used)
    parts = [
        f"{unheard} not yet shared with both the people involved and their department" if unheard else "",
        f"{unused} without learning material" if unused else "",
    ]
    return f"Of {total} incidents, {' and '.join(each for each in parts if each)}."


def _parts(chosen: Sequence[Counted], incidents: Sequence[Counted], day: date, mark: int) -> tuple[Part, ...]:
    total = len(chosen)
    quick = sum(1 for each in chosen if (days := days_to_sharing(each, day)) is not None and days <= mark)
    people = sum(1 for each in chosen if each.people_on and each.people_on <= day)
    department = sum(1 for each in chosen if each.department_on and each.department_on <= day)
    parts = [
        Part("Reached the people involved", people, total),
        Part("Reached their department", department, total),
        Part("Learning material used", sum(1 for each in chosen if each.used), total),
        Part(f"Shared with both within {mark} days", quick, total, "our mark, not the source’s"),
    ]
    middle = median_days(chosen, day)
    if middle is not None:
        note = "the middle one of those shared, from the end of the month of the report"
        parts.append(Part("Days to sharing", middle, note=note))
    long_open = sum(1 for each in incidents if is_long_open(each, day))
    return (
        *parts,
        Part(f"Open for more than {OPEN_MONTHS} months", long_open, note="of all in the register"),
    )


def _may_leave(part: Part) -> bool:
    """A share has the denominator of the figure, which is five or more; a count by itself must be that too."""
    return part.denominator is not None or (part.numerator or 0) >= SMALL or part.label == "Days to sharing"


def _contradicted(entity_id: UUID, nil: Nil, incidents: Sequence[tuple[UUID, str, Counted]]) -> Need | None:
    against = [reference for _id, reference, each in incidents if nil.holds(each.month)]
    if not against:
        return None
    period, who = period_name(nil.first, nil.last), _lower(nil.confirmed_by)
    note = f"the {who} confirmed none for {period}, and {', '.join(sorted(against)[:3])} was reported then"
    return Need(
        NAME, CODE, Urgency.BROKEN, "Take back “none”, or put the month right", note,
        "incidents.take_back", {"item": str(entity_id)}, day=nil.confirmed_on,
    )  # fmt: skip


def _long_open(entity_id: UUID, reference: str, each: Counted) -> Need:
    return Need(
        NAME, CODE, Urgency.LATE, f"Close incident {reference}",
        f"open for more than {OPEN_MONTHS} months, reported in {each.month:%B %Y}",
        "incidents.loop", {"item": str(entity_id)}, day=each.month,
    )  # fmt: skip


def _no_resource(entity_id: UUID, reference: str, each: Counted) -> Need:
    return Need(
        NAME, CODE, Urgency.SOON, f"Say which learning material was used for {reference}",
        "its learning was shared, without learning material", "incidents.loop", {"item": str(entity_id)},
        day=each.month,
    )  # fmt: skip


def _in_words(months: Sequence[date]) -> str:
    """Runs of months: `September 2025 to March 2026 and May 2026`."""
    runs: list[list[date]] = []
    for month in months:
        if runs and add_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return " and ".join(period_name(run[0], run[-1]) for run in runs)


def _when(nil: Nil) -> tuple[date, date]:
    return nil.confirmed_on, month_of(nil.last)


def _lower(words: str) -> str:
    """`Patient safety team` inside a sentence; an abbreviation keeps its capitals, and one "the" is enough."""
    words = words.removeprefix("The ").removeprefix("the ")
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
