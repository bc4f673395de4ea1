"""Who pays for a resource and who makes it. The library belongs to everybody: what the national lead of a demonstration
says of it stands in the same row, and names invented organisations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tracker import clock
from tracker.catalogue.rules import OrganisationKind


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


def keeps_funding(kind: str) -> bool:
    """Whose own people say who funds and develops the resources: recommendation 8 is the national body's."""
    return kind == OrganisationKind.NATIONAL_BODY


@dataclass(frozen=True, slots=True)
class Checks:
    """How many of all were checked within so many months; the day of the one longest ago, and how many never were."""

    recent: int
    total: int
    months: int
    oldest: date | None = None
    never: int = 0

    @property
    def all_recent(self) -> bool:
        return 0 < self.total == self.recent

    @property
    def said(self) -> str:
        return f"{self.recent:,} of {self.total:,} resources in use were checked in the last {self.months} months"

    @property
    def left(self) -> str:
        """What the number does not say, to be read after it."""
        on = self.oldest
        longest = f"the one longest ago on {on.day} {on:%B %Y}" if on else ""
        never = f"{self.never:,} never" if self.never else ""
        return "; ".join(each for each in (longest, never) if each)


def checks_of(days: Iterable[date | None], today: date, months: int) -> Checks:
    """Of resources by the day on which somebody last checked who funds and develops them; None is never."""
    found = [day if day is not None and day <= today else None for day in days]
    known = [day for day in found if day is not None]
    since = clock.months_before(today, months)
    recent = [day for day in known if day >= since]
    return Checks(len(recent), len(found), months, min(known, default=None), len(found) - len(known))
