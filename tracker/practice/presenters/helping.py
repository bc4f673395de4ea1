"""Help asked of the national body, as the asker and as the national body see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.practice.presenters.practices import Named
from tracker.practice.rules import Waited, Waiting
from tracker.web.formats import day, plural


class Request(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def recommendation_code(self) -> str: ...
    @property
    def asked_on(self) -> date: ...
    @property
    def question(self) -> str: ...
    @property
    def taken_back_reason(self) -> str: ...


class Answer(Protocol):
    @property
    def answered_on(self) -> date: ...
    @property
    def answer(self) -> str: ...


class Asked(Protocol):
    """A question with its answer, or none."""

    @property
    def request(self) -> Request: ...
    @property
    def answer(self) -> Answer | None: ...
    @property
    def practice(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a page shows it."""

    id: UUID
    asker: str
    recommendation: str
    practice: str
    question: str
    asked: str
    answer: str
    answered: str
    taken_back: str
    tag: tuple[str, str]
    is_open: bool


def questions(
    rows: Iterable[Asked], titles: Mapping[str, str], today: date, askers: Mapping[UUID, Named]
) -> list[Question]:
    """In the order given. `askers`: by id; left out where it is the page's own organisation."""
    return [_question(each, titles, today, askers) for each in rows]


def _question(asked: Asked, titles: Mapping[str, str], today: date, askers: Mapping[UUID, Named]) -> Question:
    request, answer = asked.request, asked.answer
    asker = askers.get(request.organisation_id)
    return Question(
        id=request.entity_id,
        asker=asker.name if asker else "",
        recommendation=titles.get(request.recommendation_code, request.recommendation_code),
        practice=asked.practice,
        question=request.question,
        asked=day(request.asked_on),
        answer=answer.answer if answer else "",
        answered=day(answer.answered_on) if answer else "",
        taken_back=request.taken_back_reason,
        tag=_tag(asked, today),
        is_open=answer is None and not request.taken_back_reason,
    )


def _tag(asked: Asked, today: date) -> tuple[str, str]:
    if asked.request.taken_back_reason:
        return "Taken back", "grey"
    answered = asked.answer.answered_on if asked.answer else None
    days = Waited(asked.request.asked_on, answered).days(today)
    if answered is not None:
        return f"Answered after {plural(days, 'day')}" if days else "Answered the same day", "green"
    return f"Waiting {plural(days, 'day')}" if days else "Waiting since today", "yellow"


def waiting_words(found: Waiting, today: date) -> str:
    """`4 questions: 2 answered, 2 open. Half of the 4 were answered within 41 days. …`"""
    if not found.count:
        return f"Nobody has asked for help. Position on {day(today)}."
    half = (
        f"Fewer than half of the {found.count} are answered."
        if found.half_days is None
        else f"Half of the {found.count} were answered within {plural(found.half_days, 'day')}."
    )
    if found.count == 1:
        half = "" if found.half_days is None else f"It was answered within {plural(found.half_days, 'day')}."
    still = (
        ""
        if found.longest_open_days is None
        else f"The longest still waits: {plural(found.longest_open_days, 'day')}."
    )
    words = (f"{plural(found.count, 'question')}: {found.answered} answered, {found.open} open.", half, still)
    return " ".join((*filter(None, words), f"Position on {day(today)}."))
