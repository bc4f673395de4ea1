"""What the pages of progress show: comparisons for two editors, rows for agreeing and confirming several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.catalogue.rules import Delivery
from tracker.progress.rules import Confidence, Position, Standing
from tracker.web.conflicts import Difference
from tracker.web.formats import day, plural

FIELD_WORDS = {
    "delivery": "Where you are with this",
    "confidence": "Will it be done by the date?",
    "summary": "What is in place now",
    "delivered_on": "In place since",
    "due_on": "Due",
    "evidence_due_on": "Evidence ready by",
    "evidenced_on": "Evidence was ready on",
    "accountable_person": "Person accountable",
    "lead_executive": "Lead executive",
    "forum": "Meeting that agreed it",
    "forum_on": "Date of the meeting",
    "reason": "Reason",
}


@dataclass(frozen=True, slots=True)
class TickRow:
    """A record that can be ticked on a screen for several."""

    value: str
    code: str
    number: int
    title: str
    text: str
    note: str
    problem: str = ""


def differences(theirs: Position | None, yours: Position) -> list[Difference]:
    """The fields in which two editors differ, in the order of the form."""
    rows = []
    for name, label in FIELD_WORDS.items():
        now = "" if theirs is None else in_words(getattr(theirs, name))
        typed = in_words(getattr(yours, name))
        if now != typed:
            rows.append(Difference(label, now or "Nothing", typed or "Nothing"))
    return rows


def in_words(value: object) -> str:
    """A value of a position as a person reads it."""
    if isinstance(value, Delivery | Confidence):
        return value.label
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


def confirm_note(confirmed_on: date, today: date) -> str:
    """`last confirmed 14 months ago`, in words that a nurse would use."""
    days = (today - confirmed_on).days
    if days < 1:
        return "confirmed today"
    if days < 60:
        return f"last confirmed {plural(days, 'day')} ago"
    return f"last confirmed {plural(days // 30, 'month')} ago"


def tick_rows(records: Iterable[tuple[int, str, str, int, Standing, str, str]]) -> list[TickRow]:
    """Rows from (number, code, title, version, standing, note, problem)."""
    return [
        TickRow(f"{code}:{version}", code, number, title, standing.label, note, problem)
        for number, code, title, version, standing, note, problem in records
    ]
