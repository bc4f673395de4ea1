"""What the pages of questions show: what is asked with its figure, answers read out, and where two editors differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.catalogue.rules import QuestionSet, QuestionType
from tracker.measures.base import Fact, Figure, Part, Supports
from tracker.measures.questions.rules import Point, as_text, in_words, told
from tracker.measures.rules import NO_FIGURE, caption, headline, remark
from tracker.web.conflicts import Difference
from tracker.web.formats import day, moment

COLOURS = {Supports.IN_PLACE: "blue", Supports.NOT_YET: "white", Supports.NO_FIGURE: "grey"}


@dataclass(frozen=True, slots=True)
class Position:
    """A figure in words for the top of a page or a row of the list."""

    headline: str
    caption: str
    supports: str
    colour: str
    because: str
    about: str
    recorded: str
    source: str
    rule: str
    told: str
    points: tuple[Point, ...]
    parts: tuple[tuple[str, str, str], ...]

    @property
    def exists(self) -> bool:
        return bool(self.about)

    @property
    def when(self) -> str:
        """The day that it is about, when that was recorded, and the day of what registers decide in it."""
        recorded = f", recorded {self.recorded}" if self.recorded else ""
        told = f"; what registers hold, on {self.told}" if self.told else ""
        return f"Position on {self.about}{recorded}{told}."


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A recommendation in the list of what is asked."""

    code: str
    number: int
    title: str
    asks: str
    position: Position
    changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One answer read out; rows have their own table."""

    question: str
    answer: str
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    register: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of answers in the history."""

    version: int
    about: str
    recorded: str
    author: str
    stands: bool
    shown: bool


def position(figure: Figure, points: Sequence[Point] = ()) -> Position:
    """A figure as its page and its row show it."""
    number = headline(figure)
    return Position(
        headline=number,
        caption=caption(figure),
        supports=f"Figures support: {figure.supports.label}" if figure.exists else NO_FIGURE,
        colour=COLOURS[figure.supports],
        because=figure.because,
        about=day(figure.about) if figure.about else "",
        recorded=moment(figure.recorded_at) if figure.recorded_at else "",
        source=figure.source,
        rule=figure.rule,
        told=day(figure.told_on) if figure.told_on else "",
        # Only a day that is not the figure's own is said.
        points=tuple(replace(each, on=None) if each.on == figure.about else each for each in points),
        parts=tuple(
            (each.label, _part(each), remark(figure, each))
            for each in figure.parts
            if each.label not in {point.label for point in points}
        ),
    )


def _part(part: Part) -> str:
    """A number, two of them, or for a method whether it is there."""
    if part.denominator == 1 and part.note in {"in place", "not yet"}:
        return part.note
    return part.said


def lines(declared: QuestionSet, answers: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[Line]:
    """Every question with its answer; what a register fills in its words; what was not asked is left out."""
    found = []
    for question in declared.questions:
        fact = facts.get(question.filled_from)
        value = answers.get(question.key)
        if fact is not None:
            found.append(Line(question.text, told(fact), register=question.filled_from))
        elif question.type is QuestionType.ROWS and value:
            headers = tuple(each.text for each in question.columns)
            rows = tuple(
                tuple(in_words(each, row.get(each.key)) for each in question.columns) for row in value
            )
            found.append(Line(question.text, in_words(question, value), headers, rows))
        elif value is not None or (question.only_when is None and not question.register_only):
            found.append(Line(question.text, in_words(question, value)))
    return found


def versions(
    rows: Iterable[tuple[int, Any, datetime, datetime | None, str]], shown: int | None
) -> list[Version]:
    """The history from (version, day, recorded, superseded, author), newest first."""
    return [
        Version(version, day(about), moment(recorded), author, superseded is None, version == shown)
        for version, about, recorded, superseded, author in rows
    ]


def differences(
    declared: QuestionSet, theirs: Mapping[str, Any], yours: Mapping[str, Any]
) -> list[Difference]:
    """The questions in which two editors differ, in the order of the form."""
    found = []
    for question in declared.questions:
        now, typed = as_text(question, theirs.get(question.key)), as_text(question, yours.get(question.key))
        if now != typed:
            found.append(Difference(question.text, now or "Nothing", typed or "Nothing"))
    return found
