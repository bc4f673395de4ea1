"""Checking declared questions: a file that cannot be asked or counted is refused with the place and the reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from tracker.catalogue.rules.questions import (
    Column,
    Condition,
    FigureRule,
    OnlyWhen,
    Question,
    QuestionSet,
    QuestionType,
    RuleKind,
    values_of,
)
from tracker.catalogue.rules.reading import ReadingFault, read
from tracker.catalogue.rules.words import OrganisationKind

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
FACT = re.compile(r"[a-z]+\.[a-z_]+")
FILLED = {QuestionType.YES_NO, QuestionType.COUNT, QuestionType.FRACTION, QuestionType.DATE}
FILLED_FAULT = (
    "filled_from is for a yes or no, a count, a fraction or a date, "
    "and names a measure and its fact: coverage.refresher"
)
RULE_TYPES = {
    RuleKind.FRACTION: QuestionType.FRACTION,
    RuleKind.ROWS: QuestionType.ROWS,
    RuleKind.DECISION: QuestionType.DECISION,
}
Asked = Mapping[str, Question] | Mapping[str, Column]


class QuestionFault(ValueError):
    """A declaration cannot be used; the message names the question and what is wrong."""


def read_sets(rows: object, marks: Collection[str] | None = None) -> tuple[QuestionSet, ...]:
    """The question sets of one recommendation, checked. Raises QuestionFault; without `marks` names are trusted."""
    if not isinstance(rows, list | tuple):
        raise QuestionFault("sets must be a list")
    try:
        sets = tuple(read(QuestionSet, each, "set") for each in rows)
    except ReadingFault as fault:
        raise QuestionFault(str(fault)) from None
    problem = next(_problems(sets, marks), None)
    if problem is not None:
        raise QuestionFault(problem)
    return sets


def stored_sets(rows: object) -> tuple[QuestionSet, ...]:
    """Question sets that were checked when they were stored: a stricter rule of today does not make them unreadable."""
    return tuple(read(QuestionSet, each, "set") for each in rows) if isinstance(rows, list) else ()


def _problems(sets: tuple[QuestionSet, ...], marks: Collection[str] | None) -> Iterator[str]:
    yield from (f"set {key} stands twice" for key in _twice(each.key for each in sets))
    for kind in _twice(kind for each in sets for kind in each.asked_of):
        yield f"two sets ask {OrganisationKind(kind).label}: one form for one recommendation"
    for each in sets:
        for problem in _set_problems(each, marks):
            yield f"set {each.key}, {problem}"


def _set_problems(declared: QuestionSet, marks: Collection[str] | None) -> Iterator[str]:
    if not KEY.fullmatch(declared.key):
        yield "its key must be small letters, digits and _"
    if not declared.asked_of:
        yield "nobody is asked"
    if not declared.questions:
        yield "there is no question"
    yield from (f"question {key} stands twice" for key in _twice(each.key for each in declared.questions))
    earlier: dict[str, Question] = {}
    for each in declared.questions:
        for problem in _question_problems(each, earlier):
            yield f"question {each.key}: {problem}"
        earlier[each.key] = each
    for name in declared.beside:
        if not FACT.fullmatch(name):
            yield f"beside: {name!r} does not name a measure and its fact: coverage.refresher"
    for problem in _figure_problems(declared.figure, earlier, marks):
        yield f"figure: {problem}"


def _question_problems(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    yield from _shape_problems(question)
    if question.only_when is not None:
        yield from _only_when_problems(question.only_when, earlier, "only_when")
    is_fraction, is_rows = question.type is QuestionType.FRACTION, question.type is QuestionType.ROWS
    if is_fraction is not bool(question.numerator and question.denominator):
        yield "a fraction, and nothing else, says in words what its numerator and denominator are"
    if question.between and not is_fraction:
        yield "between belongs to a fraction"
    if is_rows is not bool(question.columns and question.row):
        yield "rows, and nothing else, have columns and the word for one row"
    if question.filled_from and not (question.type in FILLED and FACT.fullmatch(question.filled_from)):
        yield FILLED_FAULT
    if question.register_only and not question.filled_from:
        yield "register_only needs filled_from"
    yield from _order_problems(question, earlier)
    yield from (f"column {key} stands twice" for key in _twice(each.key for each in question.columns))
    for column in question.columns:
        if column.type in {QuestionType.FRACTION, QuestionType.DECISION, QuestionType.ROWS}:
            yield f"column {column.key}: a row cannot hold a {column.type.value}"
        for problem in _shape_problems(column):
            yield f"column {column.key}: {problem}"


def _order_problems(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    """Dates that may not be before others need those others first."""
    if question.not_before and question.not_before not in earlier:
        yield f"not_before: there is no earlier question {question.not_before!r}"
    seen: set[str] = set()
    for column in question.columns:
        if column.not_before and column.not_before not in seen:
            yield f"column {column.key}: not_before: there is no earlier column {column.not_before!r}"
        seen.add(column.key)


def _shape_problems(asked: Question | Column) -> Iterator[str]:
    """What a question and a column share."""
    if not KEY.fullmatch(asked.key):
        yield "its key must be small letters, digits and _"
    if not asked.text:
        yield "its text is empty"
    is_choice = asked.type is QuestionType.CHOICE
    if is_choice is not (len(asked.options) > 1):
        yield "a choice, and nothing else, has two options or more"
    yield from (f"option {value} stands twice" for value in _twice(each.value for each in asked.options))
    for name, given, wanted in (
        ("several", asked.several, QuestionType.CHOICE),
        ("unknown", asked.unknown, QuestionType.YES_NO),
        ("past", asked.past, QuestionType.DATE),
        ("not_before", bool(asked.not_before), QuestionType.DATE),
        ("long", asked.long, QuestionType.TEXT),
        ("like", bool(asked.like), QuestionType.TEXT),
    ):
        if given and asked.type is not wanted:
            yield f"{name} belongs to a {wanted.value}"


def _figure_problems(
    figure: FigureRule, questions: Mapping[str, Question], marks: Collection[str] | None
) -> Iterator[str]:
    wanted = RULE_TYPES.get(figure.rule)
    if (wanted is not None) is not bool(figure.questions):
        yield f"questions: a rule {figure.rule.value} {'needs' if wanted else 'takes'} {'some' if wanted else 'none'}"
    for key in figure.questions:
        if key not in questions or questions[key].type is not wanted:
            yield f"{key} is not a question of type {wanted.value if wanted else 'none'}"
            return
    yield from _words_problems(figure)
    if figure.mark and marks is not None and figure.mark not in marks:
        yield f"the mark {figure.mark} is not declared"
    yield from _row_problems(figure, questions, marks)
    for each in figure.conditions:
        yield from _condition_problems(each, questions, marks)
    for instead in figure.instead:
        yield from _only_when_problems(instead.when, questions, "instead")


def _words_problems(figure: FigureRule) -> Iterator[str]:
    """What has to be said besides the numbers."""
    if figure.rule in {RuleKind.FRACTION, RuleKind.ROWS} and not (figure.counted and figure.of):
        yield "counted and of say what the two numbers are"
    if (figure.mark or figure.every) and not figure.lacking:
        yield "lacking says what is so when the share is not reached"
    if figure.rule in {RuleKind.ALL, RuleKind.METHODS} and not figure.conditions:
        yield "there is no condition"
    if figure.rule is RuleKind.METHODS and not all(each.label for each in figure.conditions):
        yield "every method has a label"


def _row_problems(
    figure: FigureRule, questions: Mapping[str, Question], marks: Collection[str] | None
) -> Iterator[str]:
    if figure.rule is not RuleKind.ROWS:
        if figure.where or figure.by:
            yield "where and by belong to rows"
        return
    columns = {each.key: each for each in questions[figure.questions[0]].columns} if figure.questions else {}
    if figure.by and figure.by not in columns:
        yield f"by: there is no column {figure.by}"
    for each in figure.where:
        yield from _condition_problems(each, columns, marks)


def _condition_problems(condition: Condition, asked: Asked, marks: Collection[str] | None) -> Iterator[str]:
    name = condition.label or condition.question or "total"
    tests = {
        "one_of": condition.one_of, "given": condition.given, "ahead": condition.ahead,
        "within": condition.within, "older_than": condition.older_than, "at_least": condition.at_least,
    }  # fmt: skip
    test = [each for each, used in tests.items() if used]
    if len(test) != 1:
        yield f"condition {name}: give exactly one of {', '.join(tests)}"
        return
    keys = condition.total or (condition.question,)
    for key in keys:
        if key not in asked:
            yield f"condition {name}: there is no question {key!r}"
            return
        if problem := _test_problem(test[0], condition, asked[key]):
            yield f"condition {name}: {problem}"
    for mark in (condition.within, condition.older_than, condition.at_least):
        if mark and marks is not None and mark not in marks:
            yield f"condition {name}: the mark {mark} is not declared"
    if condition.since and not FACT.fullmatch(condition.since):
        yield f"condition {name}: since names a measure and its fact: alignment.guidelines_changed"
    yield from _inner_problems(condition, asked, marks)


def _inner_problems(condition: Condition, asked: Asked, marks: Collection[str] | None) -> Iterator[str]:
    if condition.only_when is not None:
        yield from _only_when_problems(condition.only_when, asked, "only_when")
    if condition.where:
        columns = {each.key: each for each in getattr(asked[condition.question], "columns", ())}
        for each in condition.where:
            yield from _condition_problems(each, columns, marks)


def _test_problem(test: str, condition: Condition, asked: Question | Column) -> str:
    types = {
        "one_of": {QuestionType.YES_NO, QuestionType.CHOICE, QuestionType.DECISION},
        "given": set(QuestionType),
        "at_least": {QuestionType.ROWS, QuestionType.COUNT, QuestionType.FRACTION},
    }.get(test, {QuestionType.DATE})
    if asked.type not in types:
        return f"{test} does not go with a {asked.type.value}"
    unknown = sorted(set(condition.one_of) - set(values_of(asked)))
    return f"{unknown[0]!r} is no answer of {asked.key}" if unknown else ""


def _only_when_problems(only: OnlyWhen, asked: Asked, name: str) -> Iterator[str]:
    if only.question not in asked:
        yield f"{name}: there is no earlier question {only.question!r}"
        return
    unknown = sorted(set(only.one_of) - set(values_of(asked[only.question])))
    if unknown or not only.one_of:
        yield f"{name}: {(unknown or ['nothing'])[0]!r} is no answer of {only.question}"


def _twice(values: Iterable[str]) -> list[str]:
    seen = list(values)
    return sorted({each for each in seen if seen.count(each) > 1})
