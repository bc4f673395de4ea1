"""Arithmetic of dated rows: where a name or membership known at a date goes among those already known."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Period(Generic[T]):
    """A value that held from `valid_from` to the day before `valid_until`; None is until further notice."""

    value: T
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True)
class AddPeriod(Generic[T]):
    """A row to insert."""

    period: Period[T]


@dataclass(frozen=True)
class ChangePeriod(Generic[T]):
    """A row to replace: the one that is exactly `old` becomes `new`."""

    old: Period[T]
    new: Period[T]


PeriodOperation: TypeAlias = AddPeriod[T] | ChangePeriod[T]


def first_valid_from(as_at: date, opened_on: date | None) -> date:
    """The start of the first row ever of an organisation.

    A file as at a date says what held on that date, and no more. Yet if the first row started there, all
    before it would be blank: no name, no region, missing from every figure of the past. The earliest value
    known is the best statement there is for the time before it, so the first row, and only the first, reaches
    back to the day the organisation opened. When that day is unknown or later than the file, the file's own
    date is all that can be said.
    """
    return as_at if opened_on is None else min(as_at, opened_on)


def plan_period(
    existing: Sequence[Period[T]],
    value: T,
    as_at: date,
    *,
    attested: Collection[date],
    opened_on: date | None = None,
) -> tuple[PeriodOperation[T], ...]:
    """What to do so that `value` holds at `as_at`, and nothing changes that a later file or row has said.

    `attested` are the dates of the files already imported (those that named this one, or simply all).
    They are needed because a row does not show them: a file that repeats the name leaves no row of its own,
    and the first row reaches back before the file it came from. An older file therefore fills the time up to
    the next row or the next attested date, whichever comes first; and if it is older than every file before
    it, it takes over the reaching back. So the order in which files are imported does not matter. Repeating
    the same date corrects it.
    """
    covering = next((period for period in existing if period.covers(as_at)), None)
    if covering is None:
        return (AddPeriod(_in_the_gap(existing, value, as_at, opened_on)),)
    if covering.value == value:
        return ()
    is_first = all(covering.valid_from <= period.valid_from for period in existing)
    reaches_back = is_first and bool(attested) and all(day >= as_at for day in attested)
    start = covering.valid_from if reaches_back else as_at
    end = min((day for day in attested if day > as_at and covering.covers(day)), default=None)
    return _split(covering, value, start, end)


def plan_reach(existing: Sequence[Period[T]], opened_on: date) -> tuple[PeriodOperation[T], ...]:
    """What to do when the open date becomes known, or proves earlier: the first row reaches back to it."""
    first = min(existing, key=lambda period: period.valid_from, default=None)
    if first is None or first.valid_from <= opened_on:
        return ()
    return (ChangePeriod(first, replace(first, valid_from=opened_on)),)


def apply_operations(
    existing: Iterable[Period[T]], operations: Iterable[PeriodOperation[T]]
) -> tuple[Period[T], ...]:
    """The rows after the operations, in order of their start."""
    periods = set(existing)
    for operation in operations:
        if isinstance(operation, ChangePeriod):
            periods.remove(operation.old)
            periods.add(operation.new)
        else:
            periods.add(operation.period)
    return tuple(sorted(periods, key=lambda period: period.valid_from))


def value_at(periods: Iterable[Period[T]], day: date) -> T | None:
    return next((period.value for period in periods if period.covers(day)), None)


def _in_the_gap(existing: Sequence[Period[T]], value: T, as_at: date, opened_on: date | None) -> Period[T]:
    until = min((period.valid_from for period in existing if period.valid_from > as_at), default=None)
    is_first = all(period.valid_from > as_at for period in existing)
    return Period(value, first_valid_from(as_at, opened_on) if is_first else as_at, until)


def _split(covering: Period[T], value: T, start: date, end: date | None) -> tuple[PeriodOperation[T], ...]:
    """Put `value` into `covering` from `start` to `end`, or to its own end; the row keeps its oldest part."""
    middle = Period(value, start, covering.valid_until if end is None else end)
    kept = [replace(covering, valid_until=start)] if start > covering.valid_from else []
    kept += [replace(covering, valid_from=end)] if end is not None else []
    if not kept:
        return (ChangePeriod(covering, middle),)
    return (ChangePeriod(covering, kept[0]), AddPeriod(middle), *(AddPeriod(period) for period in kept[1:]))
