"""Typed questions as a report's file declares them, and how a figure follows from the answers.

Fields are only ever added, with a default: declarations of years ago stay in the tables, and these classes read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tracker.catalogue.rules.words import OrganisationKind

DECISIONS = {"adopt": "Do it", "adapt": "Do it differently", "not_now": "Not now", "no": "No"}
DECISION_TEXTS = {
    "on": "When was this considered?",
    "meeting": "Which meeting?",
    "decision": "What was decided?",
    "reason": "Why?",
}


class QuestionType(StrEnum):
    YES_NO = "yes_no"
    COUNT = "count"
    FRACTION = "fraction"
    DATE = "date"
    CHOICE = "choice"
    DECISION = "decision"
    TEXT = "text"
    ROWS = "rows"


class RuleKind(StrEnum):
    """How a figure follows: all points; methods counted; shares added up; rows that count; a recorded decision."""

    ALL = "all"
    METHODS = "methods"
    FRACTION = "fraction"
    ROWS = "rows"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class OnlyWhen:
    """Asked, or looked at, only when an earlier question has one of these answers."""

    question: str
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One question of a row."""

    key: str
    text: str
    type: QuestionType
    hint: str = ""
    options: tuple[Option, ...] = ()
    optional: bool = False
    several: bool = False
    unknown: bool = False
    past: bool = False
    long: bool = False
    personal: bool = False
    like: str = ""
    not_before: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A blank answer is no answer; `unknown` adds "we do not know" to yes and no.

    `past`: a date that cannot be ahead; `not_before`: nor before this other date. `like`: a text of this shape
    (`2026-27`). `personal`: may hold a name, so it stays out of exports. `filled_from`: a fact of a register, asked
    here only where the register holds nothing; with `register_only` not even then.
    """

    key: str
    text: str
    type: QuestionType
    hint: str = ""
    options: tuple[Option, ...] = ()
    optional: bool = False
    several: bool = False
    unknown: bool = False
    past: bool = False
    long: bool = False
    personal: bool = False
    like: str = ""
    not_before: str = ""
    only_when: OnlyWhen | None = None
    filled_from: str = ""
    register_only: bool = False
    denominator: str = ""
    between: str = ""
    numerator: str = ""
    row: str = ""
    columns: tuple[Column, ...] = ()

    @property
    def spoken(self) -> tuple[str, ...]:
        """What is asked, in whole questions."""
        if self.register_only:
            return ()
        if self.type is QuestionType.DECISION:
            return tuple(DECISION_TEXTS.values())
        if self.type is QuestionType.FRACTION:
            return tuple(each for each in (self.denominator, self.between, self.numerator) if each)
        return (self.text, *(each.text for each in self.columns if each.text.endswith("?")))


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so; exactly one test. `lacking` is the sentence when it is not.

    Tests of a question: `one_of` these answers; `given`; a date `ahead`, `within` a mark of months, or `older_than`
    one. Tests of a number: `at_least` a mark: of rows that meet `where`, or of the denominators in `total`.
    `since`: the answers must also be about a day from this fact on.
    """

    lacking: str
    label: str = ""
    question: str = ""
    one_of: tuple[str, ...] = ()
    given: bool = False
    ahead: bool = False
    within: str = ""
    older_than: str = ""
    at_least: str = ""
    total: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    only_when: OnlyWhen | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Instead:
    """An answer that stands where a fraction would: "nothing proven yet"; the figures then say "not yet"."""

    when: OnlyWhen
    say: str
    because: str


@dataclass(frozen=True, slots=True)
class FigureRule:
    """How the figure follows. `mark`: the share that must be reached; `every`: all of them; neither: only conditions.

    `done` is said when everything holds; `how` is the definition in a sentence.
    """

    rule: RuleKind
    how: str
    done: str
    questions: tuple[str, ...] = ()
    counted: str = ""
    of: str = ""
    lacking: str = ""
    mark: str = ""
    every: bool = False
    by: str = ""
    where: tuple[Condition, ...] = ()
    conditions: tuple[Condition, ...] = ()
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """What one recommendation asks of some kinds of organisation, on one form, about one day.

    `beside`: facts of registers whose numbers stand under the figure and decide nothing.
    """

    key: str
    title: str
    asked_of: tuple[OrganisationKind, ...]
    questions: tuple[Question, ...]
    figure: FigureRule
    intro: str = ""
    beside: tuple[str, ...] = ()

    def question(self, key: str) -> Question:
        return next(each for each in self.questions if each.key == key)

    @property
    def facts(self) -> frozenset[str]:
        """What registers are asked for."""
        filled = {each.filled_from for each in self.questions if each.filled_from}
        since = {each.since for each in self.figure.conditions if each.since}
        return frozenset(filled | since | set(self.beside))

    @property
    def deciding(self) -> frozenset[str]:
        """The questions without which there is no figure: those that it counts, else those of its points."""
        points = {key for each in self.figure.conditions for key in (each.question, *each.total) if key}
        return frozenset(self.figure.questions or points)


def set_digest(declared: QuestionSet) -> str:
    """SHA-256 of what is asked and how the figure follows: answers remember it. Hints may change.

    What is left empty does not count, so that a field added to declarations one day changes no digest of before.
    """
    body = _that_matters(asdict(declared))
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _that_matters(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _that_matters(each) for key, each in value.items() if each and key not in {"hint", "intro"}
        }
    return [_that_matters(each) for each in value] if isinstance(value, list | tuple) else value


def values_of(asked: Question | Column) -> tuple[str, ...]:
    """The answers that can be chosen; none where one types."""
    if asked.type is QuestionType.YES_NO:
        return ("yes", "no", "unknown") if asked.unknown else ("yes", "no")
    if asked.type is QuestionType.DECISION:
        return tuple(DECISIONS)
    return tuple(each.value for each in asked.options)
