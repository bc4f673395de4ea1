"""Figures in words, held against what was declared, and summed across organisations."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.catalogue.rules import Delivery, is_declared
from tracker.measures.base import SMALL, Figure, Part, Supports

NO_FIGURE = "No figure yet"
# A figure recorded later than this after the day it is about needs a word.
LATE_DAYS = 90


def headline(figure: Figure) -> str:
    """`7 of 12`, `1,840 of 2,300, 80 %`, an answer in words, or that there is no figure."""
    if figure.answer and not figure.has_fraction:
        return figure.answer
    if figure.numerator is None or figure.denominator is None:
        return NO_FIGURE
    share = f", {figure.percent} %" if figure.percent is not None else ""
    return f"{figure.numerator:,} of {figure.denominator:,}{share}"


def caption(figure: Figure) -> str:
    """What the two numbers count: `departments with a champion today, out of departments in scope`."""
    if not figure.has_fraction:
        return ""
    return f"{figure.counted}, out of {figure.of}" if figure.of else figure.counted


def position(figure: Figure) -> str:
    """`Position on 7 August 2026; what registers hold, on 29 November 2026`: no number under another's day."""
    if figure.about is None or not figure.exists:
        return ""
    told = f"; what registers hold, on {_day(figure.told_on)}" if figure.told_on else ""
    return f"Position on {_day(figure.about)}{told}"


def remark(figure: Figure, part: Part) -> str:
    """What stands beside a part: its own day, where that is not the figure's, and its note."""
    on = f"on {_day(part.on)}" if part.on and part.on != figure.about else ""
    if not (on and part.note):
        return on or part.note
    return f"{on}{'. ' if part.note[0].isupper() else '; '}{part.note}"


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


@dataclass(frozen=True, slots=True)
class Held:
    """What was declared, held against the figures. `differ`: one says in place and the other does not."""

    said: str
    supported: str
    differ: bool
    sentence: str


def hold(delivery: Delivery | None, figure: Figure, who: str = "You") -> Held:
    """Declared against figures, in a plain sentence: `who` said it. A figure never changes what was declared."""
    said = "nothing recorded" if delivery is None else delivery.label.lower()
    declared = is_declared(delivery)
    differ = supports_less(figure) if declared else figure.supports is Supports.IN_PLACE
    return Held(said, figure.supports.label, differ, _sentence(declared, figure, differ, who))


def supports_less(figure: Figure) -> bool:
    """Whether a figure supports less than that it is in place."""
    # What may not leave its trust is an answer without a verdict: nothing can be held against it.
    silent = figure.supports is Supports.NO_FIGURE and bool(figure.answer)
    return figure.supports is not Supports.IN_PLACE and not silent


def caution(figure: Figure) -> str:
    """What stands beside a claim that it is in place, in a list; nothing where the figure supports the claim."""
    return f"figures: {figure.supports.label}" if supports_less(figure) else ""


def _sentence(declared: bool, figure: Figure, differ: bool, who: str) -> str:
    # Some sentences of the catalogue speak to those who answered.
    because = figure.because.replace("You said", f"{who} said")
    if not differ:
        return because
    if not declared:
        return f"{who} said that this is not in place; the figures would support it. {because}"
    if figure.supports is Supports.NO_FIGURE:
        return f"{who} said that this is in place; there is no figure yet that shows it."
    return f"{who} said that this is in place; the figures do not show it yet. {because}"


def lag_days(figure: Figure) -> int | None:
    """Days from the day that a figure is about to the day when it was recorded."""
    if figure.about is None or figure.recorded_at is None:
        return None
    return max(0, (figure.recorded_at.date() - figure.about).days)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Percentages across organisations. `having`: how many have a figure, out of `asked`; three numbers need five."""

    having: int
    asked: int
    lower: int | None = None
    median: int | None = None
    upper: int | None = None
    oldest: date | None = None


def distribution(figures: Iterable[Figure | None], asked: int) -> Distribution:
    """Median and quartiles (inclusive) of the shares; organisations without a figure are counted, never as 0 %."""
    having = [each for each in figures if each is not None and each.has_fraction and each.denominator]
    shares = [100 * (each.numerator or 0) / (each.denominator or 1) for each in having]
    oldest = min((each.about for each in having if each.about), default=None)
    if len(shares) < SMALL:
        return Distribution(len(shares), asked, oldest=oldest)
    lower, median, upper = (round(each) for each in statistics.quantiles(shares, n=4, method="inclusive"))
    return Distribution(len(shares), asked, lower, median, upper, oldest)


def spread_words(found: Distribution) -> str:
    """`median 72 %, the middle half from 60 % to 88 %`, or why there is no such sentence."""
    if found.median is None:
        return f"fewer than {SMALL} have a figure: no median" if found.having else "none has a figure"
    return f"median {found.median} %, the middle half from {found.lower} % to {found.upper} %"


def in_points(series: Sequence[Figure]) -> list[tuple[date, Figure]]:
    """The points of a trend that are about a day, oldest first."""
    return sorted(((each.about, each) for each in series if each.about is not None), key=lambda each: each[0])
