"""Answers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.catalogue.rules import DECISIONS, Column, Question, QuestionType
from tracker.measures.base import Fact

YES_NO = {"yes": "Yes", "no": "No", "unknown": "We do not know"}


def day_in_words(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def in_words(asked: Question | Column, value: Any) -> str:
    """An answer as a sentence or less; nothing when there is none. Rows are counted: they have a table of their own."""
    if value is None or value == "" or value == []:
        return ""
    if asked.type is QuestionType.YES_NO:
        return YES_NO.get(str(value), "")
    if asked.type is QuestionType.DATE:
        return day_in_words(date.fromisoformat(value))
    if asked.type is QuestionType.CHOICE:
        return _options_in_words(asked, value)
    if asked.type is QuestionType.COUNT:
        return f"{value:,}"
    if isinstance(asked, Question):
        return _compound_in_words(asked, value)
    return str(value)


def told(fact: Fact) -> str:
    """What a register says, and which ones are lacking."""
    return f"{fact.words} {fact.lacking[0].upper()}{fact.lacking[1:]}." if fact.lacking else fact.words


def as_text(asked: Question, value: Any) -> str:
    """An answer on one line for a file, rows and all."""
    if asked.type is not QuestionType.ROWS or not value:
        return in_words(asked, value)
    rows = (
        ", ".join(filter(None, (in_words(each, row.get(each.key)) for each in asked.columns)))
        for row in value
    )
    return "; ".join(rows)


def _options_in_words(asked: Question | Column, value: Any) -> str:
    labels = {each.value: each.label for each in asked.options}
    given = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(each, "") for each in given)


def _compound_in_words(asked: Question, value: Any) -> str:
    if asked.type is QuestionType.FRACTION:
        return _fraction_in_words(value)
    if asked.type is QuestionType.DECISION:
        return _decision_in_words(value)
    if asked.type is QuestionType.ROWS:
        return f"{len(value)} {asked.row if len(value) == 1 else asked.row + 's'}"
    return str(value)


def _decision_in_words(value: Mapping[str, str]) -> str:
    """What stands, or what was half typed when somebody else was first."""
    on = day_in_words(date.fromisoformat(value["on"])) if value.get("on") else ""
    where = ", ".join(filter(None, (value.get("meeting", ""), on)))
    return ". ".join(
        filter(None, (DECISIONS.get(value.get("decision", ""), ""), where, value.get("reason", "")))
    )


def _fraction_in_words(value: Mapping[str, int]) -> str:
    numerator, denominator = (
        f"{value[name]:,}" if name in value else "–" for name in ("numerator", "denominator")
    )
    words = f"{numerator} of {denominator}"
    return f"{words} ({value['between']:,} in between)" if "between" in value else words
