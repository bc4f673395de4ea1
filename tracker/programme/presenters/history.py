"""What was said of an item and done to it, youngest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker import clock
from tracker.programme.presenters.shapes import Event
from tracker.programme.presenters.timeline import Around, StateRow, said_of
from tracker.web.formats import plural

THE_LEAD = "The national lead"


class Version(Protocol):
    """One state of an item."""

    @property
    def version(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def retired_reason(self) -> str: ...
    @property
    def from_source(self) -> bool: ...
    @property
    def recorded_at(self) -> datetime: ...


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
    events += [
        (each.recorded_at, _done(each)) for each in versions if each.version > 1 or not each.from_source
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
        plural(said.evidence, "piece of evidence", "pieces of evidence") if said.evidence else "",
    ]
    return Event(said.label, who, said.said_on, tuple(each for each in lines if each))


def _done(row: Version) -> Event:
    on: date = clock.local_day(row.recorded_at)
    if row.retired_reason:
        return Event("Taken out of the programme", THE_LEAD, on, (row.retired_reason,))
    if row.version == 1:
        return Event("Added to the programme", THE_LEAD, on, ())
    return Event("Changed in the programme", THE_LEAD, on, (f"Note: {row.note}",) if row.note else ())
