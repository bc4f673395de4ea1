"""Words to quote: each names its day, its number of organisations and its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.progress.rules import Standing
from tracker.summary.presenters.figures import Figures, nouns
from tracker.summary.rules import (
    Answered,
    Asked,
)
from tracker.web.formats import day, number


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words to quote, with the address that will always show the same position."""

    anchor: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """Those about all of it, and one for each recommendation."""

    main: tuple[Sentence, ...]
    each: tuple[Sentence, ...]


def sentences(figures: Figures, permanent: Callable[[str], str]) -> Sentences:
    """Each names its day, its number of organisations and its place."""
    if not figures.total or not figures.asked:
        return Sentences((), ())
    main = (
        ("quote-answered", _answered_sentence(figures)),
        ("quote-silent", _silent_sentence(figures)),
        ("quote-tested", _tested_sentence(figures)),
    )
    each = ((f"quote-{asked.number}", _in_place_sentence(asked, figures)) for asked in figures.asked)
    return Sentences(
        main=tuple(Sentence(name, text, permanent(name)) for name, text in main),
        each=tuple(Sentence(name, text, permanent(name)) for name, text in each),
    )


def _of(figures: Figures, count: int, total: int) -> str:
    return f"{number(count)} of {number(total)} {nouns(figures.wanted.kind)[1]}{_where(figures)}"


def _where(figures: Figures) -> str:
    return f" in {figures.place}" if figures.national else f" audited in {figures.place}"


def _when(figures: Figures) -> str:
    end = "On" if figures.wanted.is_now else "At the end of"
    return f"{end} {day(figures.wanted.day)}"


def _answered_sentence(figures: Figures) -> str:
    count = figures.state_counts[Answered.CONFIRMED]
    return (
        f"{_when(figures)}, {_of(figures, count, figures.total)} had confirmed within the last 12 months "
        f"where they stand on all {len(figures.asked)} recommendations."
    )


def _silent_sentence(figures: Figures) -> str:
    count, part = figures.state_counts[Answered.NOTHING], figures.state_counts[Answered.PART]
    return (
        f"{_when(figures)}, {_of(figures, count, figures.total)} had recorded nothing, and {number(part)} "
        f"had answered in part."
    )


def _in_place_sentence(asked: Asked, figures: Figures) -> str:
    found = figures.ladders[asked.code]
    checked = found.counts[Standing.CHECKED]
    return (
        f"{_when(figures)}, {_of(figures, found.in_place, found.total)} recorded recommendation {asked.number} "
        f"({asked.title}) as in place; {number(checked)} had its evidence checked and agreed inside the organisation."
    )


def _tested_sentence(figures: Figures) -> str:
    claims = sum(each.in_place for each in figures.ladders.values())
    verified = sum(each.verified for each in figures.tested.values())
    overturned = sum(each.overturned for each in figures.tested.values())
    return (
        f"{_when(figures)}, {number(verified + overturned)} of {number(claims)} claims “in place”{_where(figures)} "
        f"had been tested: {number(verified)} verified, {number(overturned)} not accepted. The others were not tested."
    )
