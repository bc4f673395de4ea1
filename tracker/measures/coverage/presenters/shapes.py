"""What several pages of staff trained share: rows as the pages know them, pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Named,
    Needs,
    Route,
)


class Entry(Protocol):
    """A version of the numbers of a date, as a row holds it."""

    entity_id: UUID
    about_on: date
    source: str
    interval_months: int
    counted: Counted
    not_counted: str
    not_counted_about: int | None
    note: str
    imported: bool
    withdrawn_reason: str | None
    version: int
    recorded_at: datetime


class Position(Protocol):
    """A version with its lines."""

    @property
    def entry(self) -> Entry: ...
    @property
    def counts(self) -> tuple[Count, ...]: ...


class Table(Protocol):
    """A version of the needs table with its lines."""

    @property
    def needs(self) -> Needs: ...


class Ways(Protocol):
    """A version of the routes with its lines."""

    @property
    def routes(self) -> dict[Named, Route]: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and what stands beside it."""

    key: str
    value: str
    href: str = ""


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
