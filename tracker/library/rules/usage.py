"""A count of how much a resource was used: what may be said, and which counts say the same or overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.library.rules.using import Counted


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """What one source says of one resource in one period; both days of the period are within it."""

    resource_id: UUID
    counted: Counted
    number: int
    period_from: date
    period_until: date
    source: str
    read_on: date
    rated: int | None = None
    rated_useful: int | None = None
    note: str = ""
    evidence_id: UUID | None = None


class Read(Protocol):
    """What two counts are told apart by."""

    @property
    def resource_id(self) -> UUID: ...
    @property
    def counted(self) -> Counted: ...
    @property
    def source(self) -> str: ...
    @property
    def period_from(self) -> date: ...
    @property
    def period_until(self) -> date: ...


def problems_of_usage(facts: UsageFacts, today: date) -> list[tuple[str, str]]:
    """What is wrong with a count, by field, in words that say what to do."""
    problems = []
    if not facts.source:
        problems.append(("source", "Say where the count comes from"))
    if facts.number < 0:
        problems.append(("number", "The count must be 0 or more"))
    if facts.period_until < facts.period_from:
        problems.append(("period_until", "The last day must not be before the first day"))
    if facts.period_until > today:
        problems.append(("period_until", "The last day must be today or in the past"))
    elif facts.read_on < facts.period_until:
        problems.append(("read_on", "The count cannot have been read before the period’s last day"))
    if facts.read_on > today:
        problems.append(("read_on", "The date it was read must be today or in the past"))
    return problems + _problems_of_rating(facts.rated, facts.rated_useful)


def same_count(one: Read, other: Read) -> bool:
    """Whether the two say the same: then the first is to be changed, and no second one entered."""
    return _same_series(one, other) and (one.period_from, one.period_until) == (
        other.period_from,
        other.period_until,
    )


def overlaps(one: Read, other: Read) -> bool:
    """Whether days of one source are counted in both, so that the two must never be added up."""
    return (
        _same_series(one, other)
        and one.period_from <= other.period_until
        and other.period_from <= one.period_until
    )


def plain_source(source: str) -> str:
    """A source as it is compared: capitals and spaces tell no two apart."""
    return " ".join(source.split()).casefold()


def years_of(periods: Iterable[tuple[date, date]]) -> list[int]:
    """The calendar years that periods fall in, the youngest first."""
    return sorted(
        {year for first, last in periods for year in range(first.year, last.year + 1)}, reverse=True
    )


def _same_series(one: Read, other: Read) -> bool:
    return (one.resource_id, one.counted, plain_source(one.source)) == (
        other.resource_id,
        other.counted,
        plain_source(other.source),
    )


def _problems_of_rating(rated: int | None, useful: int | None) -> list[tuple[str, str]]:
    if rated is None and useful is None:
        return []
    if rated is None:
        return [("rated", "Enter how many people rated it")]
    if useful is None:
        return [("rated_useful", "Enter how many of them found it useful")]
    if rated < 0 or useful < 0:
        return [("rated", "The numbers of people must be 0 or more")]
    if useful > rated:
        return [("rated_useful", "No more people can have found it useful than rated it")]
    return []
