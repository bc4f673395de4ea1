"""The figure that follows from answers, as the declaration says: whether it supports "in place", and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker import clock
from tracker.catalogue.rules import (
    Column,
    Condition,
    OnlyWhen,
    Question,
    QuestionSet,
    QuestionType,
    RuleKind,
)
from tracker.measures.base import Fact, Part, Supports, reaches
from tracker.measures.questions.rules.answers import asked, chosen
from tracker.measures.questions.rules.words import day_in_words, in_words

CONSIDERED = {
    "adopt": "Considered and adopted",
    "adapt": "Considered and adapted",
    "not_now": "Considered: not now",
    "no": "Considered and declined",
}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What a figure is made of. `about`: the day of the answers; `day`: the day on which they are looked at."""

    declared: QuestionSet
    answers: Values
    about: date
    day: date
    marks: Mapping[str, int]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        """An answer, or what a register says in its place."""
        question = self.declared.question(key)
        fact = self.facts.get(question.filled_from)
        return self.answers.get(key) if fact is None else _told(question, fact)

    def told_on(self, *keys: str) -> date | None:
        """The day on which registers are looked at, where one of them says any of these; None: somebody answered."""
        filled = (self.declared.question(key).filled_from for key in keys if key)
        return self.day if any(each in self.facts for each in filled) else None


def _told(question: Question, fact: Fact) -> Any:
    """What a register says, as an answer of that type is kept."""
    if question.type is QuestionType.DATE:
        return fact.about.isoformat() if fact.about else None
    if question.type is QuestionType.COUNT:
        return fact.numerator
    if question.type is QuestionType.FRACTION:
        given = fact.numerator is not None and fact.denominator is not None
        return {"numerator": fact.numerator, "denominator": fact.denominator} if given else None
    return "yes" if fact.stands else "no"


def is_told(declared: QuestionSet, facts: Collection[str]) -> bool:
    """Whether registers say everything that decides: then there is a figure though nobody answered."""
    keys = declared.deciding
    return bool(keys) and all(declared.question(key).filled_from in facts for key in keys)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that must be so. `ran_out`: it was so once, and time has passed. `on`: the day, if a register says."""

    label: str
    holds: bool
    lacking: str = ""
    ran_out: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a figure says, before it is known whose it is. `told_on`: the day of what registers decide in it."""

    supports: Supports
    because: str
    numerator: int | None = None
    denominator: int | None = None
    answer: str = ""
    parts: tuple[Part, ...] = ()
    points: tuple[Point, ...] = ()
    told_on: date | None = None


def evaluate(given: Given) -> Outcome:
    """The figure of one set of answers."""
    rule = given.declared.figure
    points = tuple(_points(given, rule.conditions))
    for instead in rule.instead:
        if _applies(given, instead.when):
            parts = _facts_beside(given)
            return Outcome(Supports.NOT_YET, instead.because, answer=instead.say, parts=parts, points=points)
    made = {
        RuleKind.ALL: _all,
        RuleKind.METHODS: _methods,
        RuleKind.DECISION: _decision,
        RuleKind.FRACTION: _fractions,
        RuleKind.ROWS: _rows,
    }[rule.rule]
    told = given.told_on(*rule.questions) or next((each.on for each in points if each.on), None)
    return replace(made(given, points), told_on=told)


def _all(given: Given, points: Sequence[Point]) -> Outcome:
    met = sum(each.holds for each in points)
    done = met == len(points)
    answer = given.declared.figure.done if done else f"{met} of {len(points)} points"
    return Outcome(
        _say(done),
        _because(points, given.declared.figure.done + "."),
        None,
        None,
        answer,
        _beside(given),
        tuple(points),
    )


def _methods(given: Given, points: Sequence[Point]) -> Outcome:
    met, all_of_them = sum(each.holds for each in points), len(points)
    rule = given.declared.figure
    lacking = [each.lacking for each in points if not each.holds]
    because = rule.done if not lacking else f"Not all {all_of_them} are in place: {'; '.join(lacking)}."
    parts = tuple(
        Part(each.label, int(each.holds), 1, "in place" if each.holds else "not yet", each.on)
        for each in points
    )
    answer = f"{met} of {all_of_them} {rule.counted or 'methods'}"
    return Outcome(_say(not lacking), because, None, None, answer, (*parts, *_beside(given)), tuple(points))


def _decision(given: Given, points: Sequence[Point]) -> Outcome:
    rule = given.declared.figure
    value = given.value(rule.questions[0])
    if not value:
        return Outcome(Supports.NO_FIGURE, "No decision is recorded yet.", points=tuple(points))
    on = day_in_words(date.fromisoformat(value["on"]))
    said = f"{CONSIDERED[value['decision']]} by {value['meeting']} on {on}."
    done = all(each.holds for each in points)
    because = said if done else f"{said} {_because(points, '')}"
    return Outcome(
        _say(done), because, None, None, CONSIDERED[value["decision"]], _beside(given), tuple(points)
    )


def _fractions(given: Given, points: Sequence[Point]) -> Outcome:
    rule = given.declared.figure
    found = {key: value for key in rule.questions if (value := given.value(key))}
    if not found:
        silent = any(given.declared.question(key).register_only for key in rule.questions)
        because = "No register holds the numbers yet." if silent else "The numbers are not given yet."
        return Outcome(Supports.NO_FIGURE, because, points=tuple(points))
    numerator = sum(each["numerator"] for each in found.values())
    denominator = sum(each["denominator"] for each in found.values())
    parts = tuple(_fraction_part(given, given.declared.question(key), value) for key, value in found.items())
    shown = parts if len(rule.questions) > 1 else ()
    return _share(given, points, numerator, denominator, (*shown, *_beside(given)))


def _rows(given: Given, points: Sequence[Point]) -> Outcome:
    rule = given.declared.figure
    question = given.declared.question(rule.questions[0])
    rows: list[Values] = given.value(question.key) or []
    if not rows:
        return Outcome(Supports.NO_FIGURE, f"No {question.row} is given yet.", points=tuple(points))
    counting = [row for row in rows if _row_counts(given, question, row, rule.where)]
    parts = _row_parts(question, rule.by, rows, counting) if rule.by else ()
    return _share(given, points, len(counting), len(rows), (*parts, *_beside(given)))


def _share(
    given: Given, points: Sequence[Point], numerator: int, denominator: int, parts: tuple[Part, ...]
) -> Outcome:
    """A fraction held against its mark, and the conditions beside it."""
    rule = given.declared.figure
    reached = True
    if rule.every:
        reached = denominator > 0 and numerator == denominator
    elif rule.mark:
        reached = reaches(numerator, denominator, given.marks[rule.mark])
    said = [each.lacking for each in points if not each.holds] + ([] if reached else [rule.lacking])
    because = " ".join(said) if said else rule.done
    return Outcome(_say(not said), because, numerator, denominator, "", parts, tuple(points))


def _row_parts(
    question: Question, by: str, rows: Sequence[Values], counting: Sequence[Values]
) -> tuple[Part, ...]:
    column = next(each for each in question.columns if each.key == by)
    labels = dict.fromkeys(in_words(column, row.get(by)) for row in rows)
    counts = [in_words(column, row.get(by)) for row in counting]
    every = [in_words(column, row.get(by)) for row in rows]
    return tuple(Part(label, counts.count(label), every.count(label)) for label in sorted(labels))


def _beside(given: Given) -> tuple[Part, ...]:
    """Counts and fractions that are asked or filled and do not decide, and the facts that stand beside."""
    decide = set(given.declared.figure.questions)
    reached = {each.key for each in asked(given.declared, given.answers, given.facts)}
    found: list[Part] = []
    for question in given.declared.questions:
        value = given.value(question.key)
        known = question.key in reached or question.filled_from in given.facts
        if question.key in decide or not known or value is None:
            continue
        if question.type is QuestionType.COUNT:
            found.append(_count_part(given, question, value))
        if question.type is QuestionType.FRACTION:
            found.append(_fraction_part(given, question, value))
    return (*found, *_facts_beside(given))


def _facts_beside(given: Given) -> tuple[Part, ...]:
    """What registers say besides, also where an answer stands in the place of a figure."""
    facts = [fact for name in given.declared.beside if (fact := given.facts.get(name))]
    return tuple(_fact_part(given, each, each.label or each.words) for each in facts)


def _fact_part(given: Given, fact: Fact, label: str) -> Part:
    """Also one that has no number now: a waiting time is not dropped just when it is at its worst."""
    note = fact.lacking if fact.denominator else fact.words
    return Part(label, fact.numerator, fact.denominator, note, fact.about or given.day, fact.recorded_at)


def _count_part(given: Given, question: Question, value: int) -> Part:
    fact = given.facts.get(question.filled_from)
    if fact is None:
        return Part(question.text, value)
    return Part(question.text, value, on=fact.about or given.day, recorded_at=fact.recorded_at)


def _fraction_part(given: Given, question: Question, value: Mapping[str, int]) -> Part:
    fact = given.facts.get(question.filled_from)
    if fact is not None:
        return _fact_part(given, fact, fact.label or question.text)
    note = f"{question.between} {value['between']:,}" if question.between and "between" in value else ""
    return Part(question.text, value["numerator"], value["denominator"], note)


def _points(given: Given, conditions: Sequence[Condition]) -> Iterator[Point]:
    for each in conditions:
        if each.only_when is not None and not _applies(given, each.only_when):
            continue
        yield _point(given, each)


def _point(given: Given, condition: Condition) -> Point:
    label = condition.label or condition.question
    on = given.told_on(condition.question, *condition.total)
    if not _condition_holds(given, condition):
        value = given.value(condition.question) if condition.question else None
        timed = bool(condition.ahead or condition.within) and bool(value)
        return Point(label, False, condition.lacking, timed, on)
    fact = given.facts.get(condition.since)
    if fact is not None and fact.about is not None and given.about < fact.about:
        changed = f"The guidance changed on {day_in_words(fact.about)}: check again whether it is followed."
        return Point(label, False, changed, True, on)
    return Point(label, True, on=on)


def _condition_holds(given: Given, condition: Condition) -> bool:
    if condition.total:
        numbers = [value["denominator"] for key in condition.total if (value := given.value(key))]
        return bool(sum(numbers) >= given.marks[condition.at_least])
    value = given.value(condition.question)
    question = given.declared.question(condition.question)
    if condition.at_least:
        return _number(given, condition, question, value) >= given.marks[condition.at_least]
    return _holds(given, question, condition, value)


def _number(given: Given, condition: Condition, question: Question, value: Any) -> int:
    """What `at_least` looks at: rows that meet `where`, a numerator, or a count."""
    if question.type is QuestionType.ROWS:
        return sum(_row_counts(given, question, row, condition.where) for row in value or [])
    if question.type is QuestionType.FRACTION:
        return int(value["numerator"]) if value else 0
    return int(value or 0)


def _row_counts(given: Given, question: Question, row: Values, where: Sequence[Condition]) -> bool:
    columns = {each.key: each for each in question.columns}
    return all(_holds(given, columns[each.question], each, row.get(each.question)) for each in where)


def _holds(given: Given, asked_one: Question | Column, condition: Condition, value: Any) -> bool:
    if condition.one_of:
        return bool(chosen(value) & set(condition.one_of))
    if condition.given:
        return value not in (None, "", [], {})
    if not value:
        return False
    day = date.fromisoformat(value)
    if condition.ahead:
        return day > given.day
    if condition.within:
        return clock.months_before(given.day, given.marks[condition.within]) <= day <= given.day
    oldest: date = clock.months_before(given.day, given.marks[condition.older_than])
    return day <= oldest


def _applies(given: Given, when: OnlyWhen) -> bool:
    return bool(chosen(given.value(when.question)) & set(when.one_of))


def _because(points: Sequence[Point], done: str) -> str:
    lacking = [each.lacking for each in points if not each.holds]
    return " ".join(lacking) if lacking else done


def _say(done: bool) -> Supports:
    return Supports.IN_PLACE if done else Supports.NOT_YET
