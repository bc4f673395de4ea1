"""The clock while history is played: each step happens at its own past moment, through the same code as today's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from tracker import clock

FIRST_MINUTE = time(9, 10)
BETWEEN_STEPS = timedelta(minutes=7)


@contextmanager
def played_clock() -> Iterator[Callable[[datetime], None]]:
    """While this lasts, `clock.now()` is the moment last given to the function that it yields."""
    real = clock.now
    moment = real()

    def set_moment(wanted: datetime) -> None:
        nonlocal moment
        moment = min(wanted, real())

    clock.now = lambda: moment
    try:
        yield set_moment
    finally:
        clock.now = real


def moment_of(day: date, turn: int) -> datetime:
    """The moment of the step that is number `turn` of its day, in UTC."""
    return (datetime.combine(day, FIRST_MINUTE, clock.LONDON) + turn * BETWEEN_STEPS).astimezone(UTC)


def working_day(day: date) -> date:
    """That day, or the Friday before a weekend; the order of days stays."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def month_end(day: date) -> date:
    """The last day of that day's month."""
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def next_date(today: date, month: int, day: int) -> date:
    """The next such day of the year after today."""
    this_year = date(today.year, month, day)
    return this_year if this_year > today else date(today.year + 1, month, day)
