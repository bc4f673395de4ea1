"""A month by a month box and a year box, for what must not be known to the day."""

from __future__ import annotations

import datetime as dt

from tracker.web.fields.dates import DateProblem, NHSPartsField, read_date

PARTS = ("month", "year")


class NHSMonthField(NHSPartsField):
    """Month and year; `data` is the first day of that month, or None."""

    parts = PARTS

    def read(self, typed: dict[str, str]) -> dt.date | None:
        return read_month(typed, self.subject)


def read_month(typed: dict[str, str], subject: str) -> dt.date | None:
    """The first of the month; raises DateProblem as `read_date` does. None when both boxes are empty."""
    if not any(value.strip() for value in typed.values()):
        return None
    try:
        return read_date({"day": "1", **typed}, subject)
    except DateProblem as problem:
        wrong = [part for part in problem.parts if part in PARTS] or list(PARTS)
        raise DateProblem(str(problem).replace("a real date", "a real month"), wrong) from None
