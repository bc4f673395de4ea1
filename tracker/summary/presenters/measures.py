"""The headline measures across organisations: how many have a figure, the middle, how old it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tracker.measures.base import SMALL
from tracker.measures.rules import Distribution
from tracker.web.formats import day, number


class Told(Protocol):
    """A headline measure across organisations."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def found(self) -> Distribution: ...
    @property
    def of(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One row: nothing here is a percentage of those who answered alone, so `having` stands first."""

    number: int
    title: str
    having: str
    median: str
    middle: str
    oldest: str
    of: str


def measure_lines(found: Iterable[Told]) -> tuple[MeasureLine, ...]:
    return tuple(_line(each) for each in found)


def _line(told: Told) -> MeasureLine:
    each = told.found
    few = each.median is None
    return MeasureLine(
        number=int(told.code[-2:]),
        title=told.title,
        having=f"{number(each.having)} of {number(each.asked)}",
        median=f"fewer than {SMALL}: none" if few else f"{each.median} %",
        middle="–" if few else f"{each.lower} % to {each.upper} %",
        oldest=day(each.oldest) if each.oldest else "–",
        of=told.of,
    )
