"""What this measure offers to the pages that combine measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue.queries import get_marks
from tracker.library import queries as library
from tracker.library.rules import GuidelineVersion, current_versions
from tracker.measures.alignment import queries, rules
from tracker.measures.alignment.rules import CODES, NAME, NICE, Item, Marks, Standing
from tracker.measures.base import At, Fact, Figure, Need, Row, Urgency, quarter_ends

_NEEDS = {
    Standing.OVERDUE: (Urgency.BROKEN, "NICE has changed"),
    Standing.NOT: (Urgency.LATE, "not up to date when it was checked"),
    Standing.RECHECK: (Urgency.SOON, "NICE has changed"),
    Standing.PARTLY: (Urgency.LATE, "partly up to date when it was checked"),
    Standing.UNASSESSED: (Urgency.MISSING, "never checked against NICE"),
}


_EMPTY = Need(
    measure=NAME, code=NICE, urgency=Urgency.MISSING, text="List your sepsis training",
    note="nothing is on the list", endpoint="alignment.new",
)  # fmt: skip


class Alignment:
    """Training against NICE, and what goes with it."""

    name = NAME
    title = "Up to date with NICE"
    codes = CODES
    endpoint = "alignment.index"

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        items = queries.list_items(identity, organisation_ids, at.moment)
        versions, marks = library.list_versions(at.moment), marks_at(at)
        return {
            each: rules.figure(code, items.get(each, []), versions, at.day, marks)
            for each in organisation_ids
        }

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        """At the ends of quarters, each from what the list held at the end of that day."""
        history = queries.list_history(identity, organisation_id)
        versions, marks = library.list_versions(), marks_at(At(until))
        return [
            rules.figure(code, history.items_at(clock.end_of_day(day)), versions, day, marks)
            for day in quarter_ends(until)
        ]

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        items = queries.list_items(identity, [organisation_id]).get(organisation_id, [])
        if not any(each.in_use(today) for each in items):
            return [_EMPTY]
        versions = library.list_versions()
        own = [each for each in items if each.in_use(today) and each.source.value == "own"]
        found = [
            need
            for each in own
            if (need := _need(each, rules.standing(each, versions, today), _why(each, versions, today)))
        ]
        return [*found, *(_changed(each) for each in own if rules.changed_since(each))]

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        yield from queries.iter_rows(organisation_ids, at)

    def facts(
        self, identity: Identity, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Mapping[str, Fact]]:
        """Since when the guidelines in force are in force: what was agreed before is to be read again."""
        current = current_versions(library.list_versions(at.moment), at.day).values()
        since = max((day for each in current if (day := each.in_force_from) is not None), default=None)
        if since is None:
            return {each: {} for each in organisation_ids}
        names = ", ".join(sorted({each.reference for each in current}))
        fact = Fact(stands=True, words=f"In force: {names}, since {since.day} {since:%B %Y}.", about=since)
        return {each: {"guidelines_changed": fact} for each in organisation_ids}


def marks_at(at: At) -> Marks:
    """The national marks that held at a position."""
    found = get_marks(at.moment)
    return Marks(found.get("interactive_months", Marks().interactive_months))


def _why(item: Item, versions: Collection[GuidelineVersion], today: date) -> str:
    """What follows “NICE has changed”: the day to check again by, or why the last check counts no longer."""
    if why := rules.why_lost(item, versions, today):
        return f"; {why}"
    day = rules.due_of(item, versions, today)
    return "" if day is None else f": by {day.day} {day:%B %Y}"


def _need(item: Item, standing: Standing, why: str) -> Need | None:
    if standing not in _NEEDS:
        return None
    urgency, note = _NEEDS[standing]
    note += why if standing in {Standing.RECHECK, Standing.OVERDUE} else ""
    return Need(
        measure=NAME, code=NICE, urgency=urgency, text=f"Check “{item.title}” against NICE", note=note,
        endpoint="alignment.assess", values={"resource": str(item.id)},
        day=item.assessed.assessed_on if item.assessed else None,
    )  # fmt: skip


def _changed(item: Item) -> Need:
    return Need(
        measure=NAME, code=NICE, urgency=Urgency.SOON, text=f"Check “{item.title}” against NICE",
        note="changed since it was checked", endpoint="alignment.assess", values={"resource": str(item.id)},
    )  # fmt: skip


MEASURE = Alignment()
