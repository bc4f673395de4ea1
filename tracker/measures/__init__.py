"""The list of measures: each gives recommendations a figure, so that what is declared can be held against it.

Adding a measure is adding a folder with a `measure.py`, and its name here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tracker.measures.base import Measure

# In the order of the cards on a dashboard.
NAMES: tuple[str, ...] = ()


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure, in order."""
    return tuple(import_module(f"tracker.measures.{name}.measure").MEASURE for name in NAMES)


def find_measure(code: str) -> Measure | None:
    """The measure that gives a recommendation its figure, if one does."""
    return next((each for each in measures() if code in each.codes), None)
