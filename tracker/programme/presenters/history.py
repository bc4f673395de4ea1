"""What was said of an item and done to it, youngest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker import clock
from tracker.programme.presenters.shapes import Event
from tracker.programme.presenters.timeline import Around, ItemRow, StateRow, said_of
from tracker.web.formats import day, plural

THE_LEAD = "The national lead"


THE_FILE = "The file that came with the service"
# What may change of an item, and is told as it is written.
TOLD = (("title", "Title"), ("text", "What is to be done"), ("note", "Note"), ("place", "Place"), ("host", "Hosted by"),
        ("link", "Link"))  # fmt: skip


class Version(ItemRow, Protocol):
    """One state of an item; one that nobody wrote came with the file."""

    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def author_id(self) -> UUID | None: ...


class Authored(StateRow, Protocol):
    """What was said, with who wrote it."""

    @property
    def author_id(self) -> UUID: ...


def history(
    states: Sequence[Authored],
    versions: Sequence[Version],
    around: Around,
    names: Mapping[UUID, str] | None = None,
) -> list[Event]:
    """`names`: of those who wrote it, for their own organisation's page; everybody else reads which body said it."""
    events = [(each.recorded_at, _said(each, around, names)) for each in states]
    before = {each.version + 1: each for each in versions}
    events += [
        (each.recorded_at, _done(each, before.get(each.version), around))
        for each in versions
        if each.version > 1 or not each.from_source
    ]
    return [event for _at, event in sorted(events, key=lambda pair: pair[0], reverse=True)]


def _said(row: Authored, around: Around, names: Mapping[UUID, str] | None) -> Event:
    said = said_of(row, around)
    who = said.body if names is None else names.get(row.author_id, "Somebody")
    # What was overdue when it was said is judged by that day, not by today.
    lines = [
        f"By: {said.owner}" if said.owner else "",
        *said.dates,
        said.summary,
        f"Why: {said.reason}" if said.reason else "",
        # What was named then, whatever has become of it since.
        plural(said.named, "piece of evidence", "pieces of evidence") if said.named else "",
    ]
    return Event(said.label, who, said.said_on, tuple(each for each in lines if each))


def _done(row: Version, before: Version | None, around: Around) -> Event:
    on: date = clock.local_day(row.recorded_at)
    who = THE_FILE if row.author_id is None else THE_LEAD
    if row.retired_reason:
        return Event("Taken out of the programme", who, on, (row.retired_reason,))
    if before is None:
        return Event("Added to the programme", who, on, ())
    return Event("Changed in the programme", who, on, tuple(_changes(row, before, around)))


def _changes(row: Version, before: Version, around: Around) -> Iterator[str]:
    """What is said now of everything that was said otherwise before."""
    for name, label in TOLD:
        now = getattr(row, name)
        if now != getattr(before, name):
            yield f"{label}: {now or 'taken away'}"
    if row.kind is not before.kind:
        yield f"What it is: {row.kind.label}"
    if row.happens_on != before.happens_on:
        yield f"Date: {day(row.happens_on) if row.happens_on else 'taken away'}"
    if row.resource_code != before.resource_code:
        yield f"Resource: {around.resources.get(row.resource_code, row.resource_code) or 'taken away'}"
    if set(row.serves) != set(before.serves):
        yield f"Serves: {_recommendations(row.serves, around)}"
    if row.is_historical != before.is_historical:
        yield "It is history" if row.is_historical else "It is not history"


def _recommendations(codes: Sequence[str], around: Around) -> str:
    numbers = sorted(around.recommendations[each].number for each in codes if each in around.recommendations)
    named = " and ".join(", ".join(map(str, numbers)).rsplit(", ", 1))
    return (
        f"recommendation{'s' if len(numbers) > 1 else ''} {named}"
        if numbers
        else "no recommendation is named"
    )
