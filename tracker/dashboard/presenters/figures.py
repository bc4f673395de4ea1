"""Figures as they are shown beside what was declared: headline cards, the record's figure, its trend, needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.catalogue.rules import Delivery
from tracker.dashboard.presenters.position import NeedRow
from tracker.dashboard.rules import Rank
from tracker.measures.base import SMALL, Fact, Figure, Need, Part, Supports, Urgency, percentage
from tracker.measures.rules import (
    LATE_DAYS,
    caption,
    headline,
    hold,
    in_points,
    lag_days,
    position,
    remark,
)
from tracker.web.charts import Trend
from tracker.web.formats import day

SUPPORTED = {Supports.IN_PLACE: "green", Supports.NOT_YET: "yellow", Supports.NO_FIGURE: "white"}
# Where a measure's needs stand among those of the records.
RANKS = {
    Urgency.BROKEN: Rank.NOT_ACCEPTED,
    Urgency.LATE: Rank.OUT_OF_DATE,
    Urgency.SOON: Rank.EXPIRES_SOON,
    Urgency.MISSING: Rank.NOTHING,
}
# So many of one kind stand for themselves; more are told in one line.
ALIKE = 2
# Width and height of the little trend on a card, in its own units.
SPARK = (100, 24)


@dataclass(frozen=True, slots=True)
class FigureCard:
    """A headline measure on the first screen. `figure` empty: none yet. `spark`: points of an SVG line, or empty."""

    title: str
    href: str
    figure: str
    line: str
    note: str
    spark: str
    spark_words: str


@dataclass(frozen=True, slots=True)
class FigureFace:
    """The figure of one record, held against what was declared."""

    headline: str
    exists: bool
    caption: str
    about: str
    who: str
    said: str
    supports: str
    supports_colour: str
    differ: bool
    sentence: str
    parts: tuple[tuple[str, str, str], ...]
    rule: str
    source: str
    late: str


@dataclass(frozen=True, slots=True)
class TrendFace:
    """A trend as a picture and as the same numbers in a table."""

    trend: Trend
    words: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A line of "needs you" with its place among the others."""

    rank: Rank
    day: date | None
    number: int
    row: NeedRow


def figure_card(title: str, href: str, figure: Figure, series: Sequence[Figure]) -> FigureCard:
    words = caption(figure)
    return FigureCard(
        title=title,
        href=href,
        figure=_upper(headline(figure)).replace(" %", "\u00a0%") if figure.exists else "",
        line=_upper(words) if words else _upper(figure.because),
        note=position(figure),
        spark=_spark(series),
        spark_words=_moved(series),
    )


def fact_card(
    title: str, href: str, fact: Fact | None, none_yet: str, beside: Fact | None = None
) -> FigureCard:
    """A headline that a register of another floor holds; `none_yet` says what to do where it holds nothing,
    which is not the same as having no number now. `beside`: what the number leaves out."""
    left = (
        f" {beside.numerator} {beside.label[:1].lower()}{beside.label[1:]}: {beside.words}" if beside else ""
    )
    if fact is None:
        return FigureCard(title, href, "", f"{none_yet}{left}", "", "", "")
    about = f"Position on {day(fact.about)}" if fact.about else ""
    if fact.numerator is None:
        return FigureCard(title, href, "", f"{_upper(fact.words)}{left}", about, "", "")
    share = percentage(fact.numerator, fact.denominator)
    number = (
        f"{fact.numerator:,}" if fact.denominator is None else f"{fact.numerator:,} of {fact.denominator:,}"
    )
    # The numbers stand above the words, so they are not said twice.
    words = _upper(fact.words.removeprefix(f"{number} "))
    shown = number if share is None else f"{number}, {share}\u00a0%"
    return FigureCard(title, href, shown, f"{words}{left}", about, "", "")


def figure_face(delivery: Delivery | None, figure: Figure, who: str) -> FigureFace:
    """`who` said what was declared: the reader, or those whose record it is."""
    held = hold(delivery, figure, who)
    lag = lag_days(figure)
    return FigureFace(
        headline=_upper(headline(figure)),
        exists=figure.exists,
        caption=_upper(caption(figure)),
        about=f"{where}." if (where := position(figure)) else "",
        who=who,
        said=held.said,
        supports=held.supported,
        supports_colour=SUPPORTED[figure.supports],
        differ=held.differ,
        sentence=held.sentence,
        parts=tuple((part.label, _part(part), remark(figure, part)) for part in figure.parts),
        rule=figure.rule,
        source=_upper(figure.source),
        late=f"Recorded {lag} days after the day that it is about." if lag and lag > LATE_DAYS else "",
    )


def trend_face(title: str, series: Sequence[Figure], mark: int | None = None) -> TrendFace | None:
    """At least two points with numbers make a trend. Percentages where every denominator allows them, else counts."""
    points = [(about, each) for about, each in in_points(series) if each.has_fraction]
    if len(points) < 2:
        return None
    shares = all((each.denominator or 0) >= SMALL for _about, each in points)
    values = tuple(
        float(each.percent or 0) if shares else float(each.numerator or 0) for _about, each in points
    )
    top = 100.0 if shares else float(max(each.denominator or 0 for _about, each in points))
    trend = Trend(
        title=title,
        labels=tuple(f"{about:%b} {about.year}" for about, _each in points),
        values=values,
        shown=tuple(_point(each, shares) for _about, each in points),
        top=top,
        mark=float(mark) if shares and mark is not None else None,
        mark_label=f"National mark, {mark} %" if shares and mark is not None else "",
    )
    rows = tuple((day(about), headline(each)) for about, each in points)
    return TrendFace(trend, f"{title}. {_moved(series)}", rows)


def measure_needs(needs: Iterable[Need], link: Callable[[Need], str]) -> list[RankedRow]:
    """Needs of the measures among those of the records; more than two of a kind are told in one line."""
    found = []
    for _kind, alike in groupby(sorted(needs, key=_kind_of), key=_kind_of):
        group = list(alike)
        shown = group if len(group) <= ALIKE else group[:1]
        for need in shown:
            more = f"; {len(group) - 1} more like it" if len(shown) < len(group) else ""
            row = NeedRow(need.text, link(need), f"{need.note}{more}")
            found.append(RankedRow(RANKS[need.urgency], need.day, int(need.code[-2:] or 0), row))
    return found


def merge_needs(rows: Iterable[RankedRow]) -> list[NeedRow]:
    """One list, the most pressing first; within a rank the longest waiting."""
    ranked = sorted(rows, key=lambda each: (each.rank, each.day or date.max, each.number))
    return [each.row for each in ranked]


def _kind_of(need: Need) -> tuple[str, str, int]:
    return (need.measure, need.endpoint, need.urgency)


def _part(part: Part) -> str:
    """A count, `7 of 12`, or yes and no where there is only one thing and a note that says what."""
    if part.denominator == 1 and part.note:
        return "yes" if part.numerator else "no"
    return part.said


def _point(figure: Figure, shares: bool) -> str:
    return f"{figure.percent} %" if shares else f"{figure.numerator} of {figure.denominator}"


def _spark(series: Sequence[Figure]) -> str:
    """Points of a line in a box of `SPARK`: the share of each, at equal distances."""
    points = [each for _about, each in in_points(series) if each.has_fraction and each.denominator]
    if len(points) < 2:
        return ""
    width, height = SPARK
    step = width / (len(points) - 1)
    heights = [height - 2 - (height - 4) * (each.numerator or 0) / (each.denominator or 1) for each in points]
    return " ".join(f"{index * step:.1f},{y:.1f}" for index, y in enumerate(heights))


def _moved(series: Sequence[Figure]) -> str:
    """The line in words: `From 4 of 12 on 31 March 2025 to 9 of 12 on 30 September 2026.`"""
    points = [(about, each) for about, each in in_points(series) if each.has_fraction]
    if len(points) < 2:
        return ""
    (first_on, first), (last_on, last) = points[0], points[-1]
    return f"From {headline(first)} on {day(first_on)} to {headline(last)} on {day(last_on)}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_code(figures: Mapping[str, Figure], codes: Iterable[str]) -> list[tuple[str, Figure]]:
    """Those that there are, in the order asked for."""
    return [(code, figures[code]) for code in codes if code in figures]
