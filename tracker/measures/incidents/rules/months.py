"""Months, which are all that is kept of when an incident was reported: each is the date of its first day."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> date:
    """The month in which a day lies."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """So many months later, or earlier when the count is negative."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def last_day(month: date) -> date:
    """The last day of a month."""
    return add_months(month, 1) - timedelta(days=1)


def months_from(first: date, last: date) -> list[date]:
    """Every month from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = add_months(first, 1)
    return found


def cohort(day: date, from_months: int, to_months: int) -> tuple[date, date]:
    """The first and the last month of the incidents that count on a day (14 and 2: twelve whole months).

    From the 14th month before to the 3rd: when it counts, at least two whole months have passed since the month
    in which it was reported, never fewer than 60 days.
    """
    this = month_of(day)
    return add_months(this, -from_months), add_months(this, -to_months - 1)


def month_name(month: date) -> str:
    """`September 2025`."""
    return f"{month:%B %Y}"


def period_name(first: date, last: date) -> str:
    """`September 2025 to August 2026`; one month by itself."""
    return month_name(first) if first == last else f"{month_name(first)} to {month_name(last)}"
