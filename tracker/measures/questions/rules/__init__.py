"""The rules of typed questions: what an answer must be, what it says in words, and the figure that follows."""

from tracker.measures.questions.rules.answers import (
    EARLIEST,
    ROWS_AT_MOST,
    TEXT_AT_MOST,
    asked,
    check,
    place,
    plain,
    texts,
)
from tracker.measures.questions.rules.figures import Given, Outcome, Point, evaluate, is_told
from tracker.measures.questions.rules.words import as_text, day_in_words, in_words, told

__all__ = [
    "EARLIEST",
    "ROWS_AT_MOST",
    "TEXT_AT_MOST",
    "Given",
    "Outcome",
    "Point",
    "as_text",
    "asked",
    "check",
    "day_in_words",
    "evaluate",
    "in_words",
    "is_told",
    "place",
    "plain",
    "texts",
    "told",
]
