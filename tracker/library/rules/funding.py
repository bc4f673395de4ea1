"""Who pays for a resource and who makes it. The library belongs to everybody: what the national lead of a demonstration
says of it stands in the same row, and names invented organisations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Funded(Protocol):
    """A resource as it is stored."""

    @property
    def funder(self) -> str: ...
    @property
    def developer(self) -> str: ...
    @property
    def funding_note(self) -> str: ...
    @property
    def funding_checked_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Funding:
    """Who pays and who makes it, as it was last checked; empty is not recorded."""

    funder: str = ""
    developer: str = ""
    note: str = ""
    checked_on: date | None = None

    @property
    def has_both(self) -> bool:
        return bool(self.funder and self.developer)


def names_in(row: Funded) -> frozenset[str]:
    """What may be the name of an organisation: each of the two texts, and what stands before its first comma."""
    texts = (row.funder, row.developer)
    found = {each.strip().lower() for text in texts for each in (text, text.split(",", 1)[0])}
    return frozenset(found - {""})


def funding_of(row: Funded, invented: Collection[str] = ()) -> Funding:
    """As it is recorded; not recorded where it names one of these, which are invented."""
    if names_in(row) & set(invented):
        return Funding()
    return Funding(row.funder, row.developer, row.funding_note, row.funding_checked_on)
