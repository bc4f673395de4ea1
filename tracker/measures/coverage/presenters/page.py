"""The measure's own page: cards, what figures support, lines under them, how they moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.measures.base import Figure, Part, Supports, percentage, reaches
from tracker.measures.coverage.presenters.comparing import group_words, route_words
from tracker.measures.coverage.presenters.shapes import Pair, Table, Ways, sentence
from tracker.measures.coverage.rules import (
    Group,
    Named,
)
from tracker.measures.rules import caption, headline
from tracker.web.formats import day, plural

TITLES = {"SEP16-10": "Trained to the level they need", "SEP16-11": "Groups reached apart from induction"}


NUMBERS = {"SEP16-10": "10", "SEP16-11": "11"}


@dataclass(frozen=True, slots=True)
class Card:
    """A figure at the head of the page."""

    title: str
    href: str
    figure: str
    line: str
    note: str
    # The trend stands below as a table of its own.
    spark: str = ""
    spark_words: str = ""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """What a figure supports and why, with how it was counted."""

    title: str
    supports: str
    because: str
    rule: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One thing to do."""

    text: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A line under a figure. `width` draws a bar, out of 100; None: no bar."""

    label: str
    counts: str
    percent: str
    note: str
    width: int | None


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One date of the trend."""

    on: str
    counts: str
    percent: str
    width: int | None


def cards(figures: Iterable[Figure]) -> list[Card]:
    """Each figure with its two numbers, its date, and what they count."""
    return [
        Card(
            title=f"{NUMBERS[each.code]}. {TITLES[each.code]}",
            href="",
            figure=headline(each) if each.exists else "",
            line=sentence(caption(each)) if each.exists else each.because,
            note=f"Numbers of {day(each.about)}" if each.about else "",
        )
        for each in figures
    ]


def verdicts(figures: Iterable[Figure]) -> list[VerdictLine]:
    """The figures support: in place, not yet, or no figure; and why."""
    return [
        VerdictLine(f"Recommendation {NUMBERS[each.code]}", each.supports.label, each.because, each.rule)
        for each in figures
        if each.supports is not Supports.NO_FIGURE
    ]


def target_sentence(figure: Figure, table: Table | None) -> str:
    """The trust's own target beside the figure; it never decides."""
    target = None if table is None else table.needs.target_percent
    if target is None:
        return ""
    if figure.percent is None or figure.numerator is None or figure.denominator is None:
        return f"Our own target: {target} %."
    reached = "reached" if reaches(figure.numerator, figure.denominator, target) else "not reached"
    return f"Our own target: {target} %, {reached}. It does not decide what the figure supports."


def part_rows(figure: Figure) -> list[PartRow]:
    """The lines under a figure."""
    return [_part_row(each) for each in figure.parts]


def _part_row(part: Part) -> PartRow:
    if part.denominator is None:
        return PartRow(part.label, "–", "–", part.note, None)
    percent = percentage(part.numerator, part.denominator)
    said = (
        "fewer than 5" if percent is None and part.denominator else "–" if percent is None else f"{percent} %"
    )
    return PartRow(part.label, part.said, said, part.note, percent)


def trend(series: Sequence[Figure]) -> list[TrendRow]:
    """How the figure moved, the youngest first."""
    return [
        TrendRow(
            day(each.about),
            f"{each.numerator:,} of {each.denominator:,}" if each.has_fraction else "no figure",
            "–" if each.percent is None else f"{each.percent} %",
            each.percent,
        )
        for each in reversed(series)
    ]


def table_rows(table: Table | None) -> list[Pair]:
    """Who needs which level, group by group, in the order of the national codes."""
    if table is None:
        return []
    return [Pair(group.label, sentence(group_words(table.needs, group)) or "Not said yet") for group in Group]


def table_sentence(table: Table | None, today: date) -> str:
    """Who agreed the table, when, until when, and how long training counts."""
    if table is None:
        return "Nothing is recorded yet."
    needs = table.needs
    agreed = (
        f"Agreed by {needs.agreed_by} on {day(needs.agreed_on)}"
        if needs.agreed_on
        else "Not agreed by a meeting yet"
    )
    review = ""
    if needs.review_on is not None:
        review = f"; to be looked at again on {day(needs.review_on)}"
        review += " (overdue)" if needs.review_on < today else ""
    counts = (
        f" Training counts for {plural(needs.interval_months, 'month')}." if needs.interval_months else ""
    )
    return f"{agreed}{review}.{counts}"


def route_rows(ways: Ways | None) -> list[Pair]:
    """The five named groups and their route other than induction."""
    said = {} if ways is None else ways.routes
    return [Pair(each.label, route_words(said.get(each))) for each in Named]
