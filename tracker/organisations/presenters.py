"""The list of organisations as it is shown: wording of places and of what became of an organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tracker.catalogue.rules import OrganisationKind
from tracker.organisations.rules import KIND_LABELS
from tracker.web.formats import day

STATES = (("open", "Open"), ("closed", "Not open now"))


class Listed(Protocol):
    """A row of the directory."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> OrganisationKind: ...
    @property
    def region(self) -> str | None: ...
    @property
    def icb(self) -> str | None: ...
    @property
    def opened_on(self) -> date | None: ...
    @property
    def closed_on(self) -> date | None: ...
    @property
    def absent_since(self) -> date | None: ...
    @property
    def is_open(self) -> bool: ...


class Following(Protocol):
    """A successor."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """One organisation of the list. `notes` say what became of it; empty while it is simply open."""

    code: str
    name: str
    kind: str
    region: str
    icb: str
    tag: tuple[str, str] | None
    notes: tuple[str, ...]


def list_line(row: Listed, successors: Sequence[Following], today: date) -> ListLine:
    return ListLine(
        code=row.code,
        name=row.name,
        kind=KIND_LABELS[row.kind],
        region=row.region or "–",
        icb=row.icb or "–",
        tag=_tag(row, today),
        notes=(*_dates(row, today), *_successors(row, successors)),
    )


def kinds() -> tuple[Choice, ...]:
    return tuple(Choice(kind.value, label) for kind, label in KIND_LABELS.items())


def states() -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in STATES)


def choices(pairs: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Codes with their names, as lines of a filter."""
    return tuple(Choice(code, name) for code, name in pairs)


def known_choice(typed: str, offered: Sequence[Choice]) -> str:
    """What the address asks for if it is offered, otherwise nothing: nonsense narrows nothing."""
    return typed if any(choice.value == typed for choice in offered) else ""


def lines(
    rows: Sequence[Listed], successors: Mapping[str, Sequence[Following]], today: date
) -> tuple[ListLine, ...]:
    return tuple(list_line(row, successors.get(row.code, ()), today) for row in rows)


def _tag(row: Listed, today: date) -> tuple[str, str] | None:
    if row.is_open:
        return None
    if row.closed_on is not None and row.closed_on < today:
        return ("Closed", "grey")
    if row.absent_since is not None and row.absent_since <= today:
        return ("Not in the file", "yellow")
    return ("Not open yet", "white")


def _dates(row: Listed, today: date) -> tuple[str, ...]:
    if row.closed_on is not None:
        return (f"{'Closed' if row.closed_on < today else 'Closes'} on {day(row.closed_on)}",)
    if row.absent_since is not None:
        return (f"Not in the file since {day(row.absent_since)}, cause unknown",)
    if row.opened_on is not None and row.opened_on > today:
        return (f"Opens on {day(row.opened_on)}",)
    return ()


def _successors(row: Listed, successors: Sequence[Following]) -> tuple[str, ...]:
    """Only of one that has ended: a trust that gave a part away and goes on is not succeeded."""
    if row.closed_on is None and row.absent_since is None:
        return ()
    return tuple(f"Succeeded by {each.name} ({each.code}) on {day(each.on)}" for each in successors)
