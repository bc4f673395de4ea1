"""How long questions to the national body wait for their answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Waited:
    """A question with its answer's day, or none."""

    asked_on: date
    answered_on: date | None

    def days(self, today: date) -> int:
        return max(0, ((self.answered_on or today) - self.asked_on).days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of all questions that were not taken back. None: nobody asked, or fewer than half have their answer.

    `half_days`: within so many days half of all of them were answered. An open one counts as not answered, however
    young: asking, or leaving questions open, never makes the number better.
    """

    open: int
    answered: int
    half_days: int | None
    longest_days: int | None
    longest_open_days: int | None

    @property
    def count(self) -> int:
        return self.open + self.answered


def waiting_of(questions: Iterable[Waited], today: date) -> Waiting:
    """The national body's own waiting time."""
    found = list(questions)
    answered = sorted(each.days(today) for each in found if each.answered_on is not None)
    opened = [each.days(today) for each in found if each.answered_on is None]
    half = -(-len(found) // 2)
    return Waiting(
        open=len(opened),
        answered=len(answered),
        half_days=answered[half - 1] if 0 < half <= len(answered) else None,
        longest_days=max([*answered, *opened], default=None),
        longest_open_days=max(opened, default=None),
    )
