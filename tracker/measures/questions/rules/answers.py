"""What an answer must be. Answers come as plain Python values and leave as JSON; problems are named by field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from tracker.catalogue.rules import (
    DECISION_TEXTS,
    DECISIONS,
    Column,
    Question,
    QuestionSet,
    QuestionType,
    values_of,
)
from tracker.errors import RuleBroken
from tracker.measures.questions.rules.words import day_in_words

EARLIEST = date(2000, 1, 1)
ROWS_AT_MOST = 60
TEXT_AT_MOST = {False: 300, True: 2000}
COUNT_AT_MOST = 9_999_999
Problem = tuple[str, str]
Values = Mapping[str, Any]


def place(*parts: object) -> str:
    """The name of a field: `q-doctors-numerator`, `q-courses-0-title`."""
    return "-".join(("q", *(str(each) for each in parts)))


def asked(declared: QuestionSet, values: Values, filled: Collection[str] = ()) -> list[Question]:
    """The questions that these answers lead to. What a register fills is not asked, nor what hangs on it."""
    found: dict[str, Question] = {}
    for question in declared.questions:
        if question.register_only or (question.filled_from and question.filled_from in filled):
            continue
        only = question.only_when
        if only is None or (only.question in found and chosen(values.get(only.question)) & set(only.one_of)):
            found[question.key] = question
    return list(found.values())


def chosen(value: object) -> set[str]:
    """What was chosen: one answer, several, or that of a decision."""
    if isinstance(value, Mapping):
        value = value.get("decision")
    if isinstance(value, list | tuple):
        return {str(each) for each in value}
    return {str(value)} if value else set()


def check(
    declared: QuestionSet, values: Values, *, about_on: date | None, today: date, filled: Collection[str] = ()
) -> dict[str, Any]:
    """The answers as JSON, only those that were asked. Raises RuleBroken with every problem at once."""
    problems = list(_about_problems(about_on, today))
    kept: dict[str, Any] = {}
    for question in asked(declared, values, filled):
        value = _tidy(values.get(question.key))
        if not (_given(value) and _says(value)):
            if not question.optional:
                problems += _missing(question)
            continue
        problems += _problems(question, value, values, about_on or today)
        kept[question.key] = _json(value)
    if problems:
        raise RuleBroken.many(problems)
    return kept


def plain(values: Values) -> dict[str, Any]:
    """What was typed as it would be kept, right or wrong."""
    return {key: _json(_tidy(value)) for key, value in values.items() if _given(value) and _says(value)}


def _says(value: Any) -> bool:
    return not isinstance(value, Mapping) or any(_given(each) for each in value.values())


def texts(declared: QuestionSet, answers: Values) -> Iterator[Problem]:
    """(field, text) of everything that somebody typed freely, to be looked through."""
    for question in declared.questions:
        value = answers.get(question.key)
        if question.type is QuestionType.TEXT and value:
            yield place(question.key), str(value)
        if question.type is QuestionType.DECISION and value:
            yield from ((place(question.key, part), str(value[part])) for part in ("meeting", "reason"))
        if question.type is QuestionType.ROWS:
            yield from _row_texts(question, value or [])


def _row_texts(question: Question, rows: list[Values]) -> Iterator[Problem]:
    named = [each.key for each in question.columns if each.type is QuestionType.TEXT]
    for index, row in enumerate(rows):
        yield from ((place(question.key, index, key), str(row[key])) for key in named if row.get(key))


def _about_problems(about_on: date | None, today: date) -> Iterator[Problem]:
    if about_on is None:
        yield "about_on", "Enter the day that these answers are about."
    elif about_on > today:
        yield "about_on", "The day that these answers are about must be today or in the past."
    elif about_on < EARLIEST:
        yield "about_on", f"The day that these answers are about must be {day_in_words(EARLIEST)} or later."


def _tidy(value: Any) -> Any:
    """Texts without white space around; rows without those that nobody filled in."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: _tidy(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        tidied = [_tidy(each) for each in value]
        return [
            each
            for each in tidied
            if not isinstance(each, Mapping) or any(_given(one) for one in each.values())
        ]
    return value


def _given(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def _missing(question: Question) -> list[Problem]:
    if question.type is QuestionType.FRACTION:
        return [(place(question.key, "denominator"), f"{_asking(question.denominator)}")]
    if question.type is QuestionType.DECISION:
        return [(place(question.key, "on"), "Enter the date on which this was considered.")]
    if question.type is QuestionType.ROWS:
        first = question.columns[0].key
        return [(place(question.key, 0, first), f"Fill in at least one {question.row}.")]
    return [(place(question.key), _asking(question.text))]


def _asking(text: str) -> str:
    return f"Answer the question: {text}" if text.endswith("?") else f"Answer: {text}"


def _problems(question: Question, value: Any, values: Values, latest: date) -> list[Problem]:
    if question.type is QuestionType.FRACTION:
        return list(_fraction_problems(question, value))
    if question.type is QuestionType.DECISION:
        return list(_decision_problems(question, value, latest))
    if question.type is QuestionType.ROWS:
        return list(_rows_problems(question, value, latest))
    message = _plain_problem(question, value, values, latest)
    return [(place(question.key), message)] if message else []


def _plain_problem(asked_one: Question | Column, value: Any, values: Values, latest: date) -> str:
    """What is wrong with one answer that stands in one field; nothing when it will do."""
    kind = asked_one.type
    if kind is QuestionType.DATE:
        return _date_problem(asked_one, value, values, latest)
    if kind is QuestionType.COUNT:
        return "" if _is_count(value) else f"{asked_one.text} Give a whole number, like 120."
    if kind is QuestionType.TEXT:
        return _text_problem(asked_one, value)
    known, given = set(values_of(asked_one)), chosen(value)
    if given - known or (len(given) > 1 and not asked_one.several):
        return "Choose one of the answers listed."
    return ""


def _date_problem(asked_one: Question | Column, value: Any, values: Values, latest: date) -> str:
    if not isinstance(value, date):
        return f"{asked_one.text} Give a real date."
    if value < EARLIEST:
        return f"The date must be {day_in_words(EARLIEST)} or later."
    if asked_one.past and value > latest:
        return f"The date must be on or before the day that these answers are about, {day_in_words(latest)}."
    first = values.get(asked_one.not_before) if asked_one.not_before else None
    if isinstance(first, date) and value < first:
        return f"The date must not be before {day_in_words(first)}, the date above."
    return ""


def _text_problem(asked_one: Question | Column, value: Any) -> str:
    most = TEXT_AT_MOST[asked_one.long]
    if not isinstance(value, str) or len(value) > most:
        return f"The answer must be {most:,} characters or fewer."
    if asked_one.like and not re.fullmatch(re.sub(r"[0-9]", "[0-9]", re.escape(asked_one.like)), value):
        return f"Write it like this: {asked_one.like}"
    return ""


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= COUNT_AT_MOST


def _fraction_problems(question: Question, value: Values) -> Iterator[Problem]:
    """All the numbers or none; each within the one before it."""
    parts = {
        "denominator": question.denominator,
        "between": question.between,
        "numerator": question.numerator,
    }
    wanted = {name: text for name, text in parts.items() if text}
    for name, text in wanted.items():
        if not _is_count(value.get(name)):
            yield place(question.key, name), _asking(text)
            return
    above = "denominator"
    for name in list(wanted)[1:]:
        if value[name] > value[above]:
            yield (
                place(question.key, name),
                f"This cannot be more than {value[above]:,}, the number above it.",
            )
        above = name


def _decision_problems(question: Question, value: Values, latest: date) -> Iterator[Problem]:
    """A decision is recorded whole: date, meeting, decision and reason."""
    on, decision = value.get("on"), value.get("decision")
    if not isinstance(on, date):
        yield place(question.key, "on"), "Enter the date on which this was considered."
    elif not EARLIEST <= on <= latest:
        yield (
            place(question.key, "on"),
            f"The date must be on or before {day_in_words(latest)}, and since 2000.",
        )
    if not value.get("meeting"):
        yield place(question.key, "meeting"), "Enter the meeting, for example Deteriorating Patient Group."
    if decision not in DECISIONS:
        yield place(question.key, "decision"), "Choose what was decided."
    if not value.get("reason"):
        yield place(question.key, "reason"), "Say why. A sentence is enough."
    for part, most in (("meeting", 300), ("reason", 2000)):
        if len(str(value.get(part) or "")) > most:
            yield place(question.key, part), f"{DECISION_TEXTS[part]} Use {most:,} characters or fewer."


def _rows_problems(question: Question, rows: list[Values], latest: date) -> Iterator[Problem]:
    if len(rows) > ROWS_AT_MOST:
        yield place(question.key, 0, question.columns[0].key), f"There can be {ROWS_AT_MOST} rows or fewer."
        return
    for index, row in enumerate(rows):
        for column in question.columns:
            value = row.get(column.key)
            if not _given(value):
                if not column.optional:
                    yield (
                        place(question.key, index, column.key),
                        f"{_capital(question.row)} {index + 1}: {column.text}",
                    )
            elif message := _plain_problem(column, value, row, latest):
                yield (
                    place(question.key, index, column.key),
                    f"{_capital(question.row)} {index + 1}: {message}",
                )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _json(each) for key, each in value.items() if _given(each)}
    return [_json(each) for each in value] if isinstance(value, list | tuple) else value
