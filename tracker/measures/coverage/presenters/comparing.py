"""Two versions held against each other: of two editors, or of one thing over time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracker.measures.coverage.presenters.shapes import Entry, Position, Table, Ways
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Group,
    Needs,
    NeedsInput,
    PositionInput,
    Route,
)
from tracker.web.conflicts import Difference
from tracker.web.formats import day

FIELD_WORDS = {
    "about_on": "Date of the numbers",
    "source": "Where they come from",
    "interval_months": "Training counts for (months)",
    "counted": "What was counted",
    "not_counted": "Who is not counted",
    "not_counted_about": "About how many are not counted",
    "note": "Anything else",
}


NEEDS_WORDS = {
    "agreed_by": "Meeting that agreed it",
    "agreed_on": "Agreed on",
    "review_on": "To be looked at again",
    "interval_months": "Training counts for (months)",
    "target_percent": "Our own target, %",
}


def differences(theirs: Position, yours: PositionInput) -> list[Difference]:
    """What two editors said of one date, where it differs."""
    return [*fact_changes(theirs.entry, yours), *line_changes(theirs.counts, yours.counts)]


def fact_changes(old: Entry, new: Entry | PositionInput) -> list[Difference]:
    rows = []
    for name, label in FIELD_WORDS.items():
        before, after = in_words(getattr(old, name)), in_words(getattr(new, name))
        if before != after:
            rows.append(Difference(label, before or "nothing", after or "nothing"))
    return rows


def line_changes(old: Iterable[Count], new: Iterable[Count]) -> list[Difference]:
    before, after = {each.line: each for each in old}, {each.line: each for each in new}
    rows = []
    for line in sorted({*before, *after}, key=lambda each: each.place):
        was, now = _count_words(before.get(line)), _count_words(after.get(line))
        if was != now:
            rows.append(Difference(line.label, was, now))
    return rows


def _count_words(count: Count | None) -> str:
    return "not counted" if count is None else f"{count.in_date:,} of {count.in_post:,}"


def in_words(value: object) -> str:
    if isinstance(value, Counted):
        return value.label
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


def needs_differences(theirs: Table | None, yours: NeedsInput) -> list[Difference]:
    """What two editors said of who needs what, where it differs."""
    mine = Needs(yours.lines, who=yours.who)
    rows = []
    for group in Group:
        was = "" if theirs is None else group_words(theirs.needs, group)
        now = group_words(mine, group)
        if was != now:
            rows.append(Difference(group.label, was or "nothing said", now or "nothing said"))
    for name, label in NEEDS_WORDS.items():
        before = "" if theirs is None else in_words(getattr(theirs.needs, name))
        after = in_words(getattr(yours, name))
        if before != after:
            rows.append(Difference(label, before or "nothing", after or "nothing"))
    return rows


def route_differences(theirs: Ways | None, yours: Iterable[Route]) -> list[Difference]:
    """What two editors said of routes, where it differs."""
    said = {} if theirs is None else theirs.routes
    pairs = [(each, route_words(said.get(each.group)), route_words(each)) for each in yours]
    return [Difference(each.group.label, was, now) for each, was, now in pairs if was != now]


def route_words(route: Route | None) -> str:
    if route is None or route.exists is None:
        return "Not said yet"
    return f"Yes: {route.what}" if route.exists else "No"


def group_words(needs: Needs, group: Group) -> str:
    levels = " and ".join(level.label for level in needs.levels_of(group))
    who = needs.who.get(group, "")
    return f"{levels} ({who})" if who else levels
