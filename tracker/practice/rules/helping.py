"""How long questions to the national body wait: until their answer, or until today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median


@dataclass(frozen=True, slots=True)
class Waited:
    """A question with its answer's day, or none."""

    asked_on: date
    answered_on: date | None

    def days(self, today: date) -> int:
        return max(0, ((self.answered_on or today) - self.asked_on).days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Days of all questions that were not taken back: those still open count up to today. None: nobody asked."""

    open: int
    answered: int
    median_days: float | None
    longest_days: int | None

    @property
    def count(self) -> int:
        return self.open + self.answered


def waiting_of(questions: Iterable[Waited], today: date) -> Waiting:
    """The national body's own waiting time."""
    found = list(questions)
    days = [each.days(today) for each in found]
    answered = sum(each.answered_on is not None for each in found)
    return Waiting(
        open=len(found) - answered,
        answered=answered,
        median_days=float(median(days)) if days else None,
        longest_days=max(days, default=None),
    )
