"""What is said of a practice, when it may be saved or sent, and when it counts as proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.library.rules import EvaluationResult, Setting, names_a_person

Problems = list[tuple[str, str]]

# What a reader needs before she can do the same.
NEEDED = {
    "what": "Say what you did",
    "effect": "Say what changed",
    "effect_measure": "Say how you measured it",
    "contact_role": "Give a job or a team that others can ask",
}


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """What a form says of a practice. `evidence_ids`: items of one's own that everybody may read who sees it."""

    title: str
    recommendation_code: str
    setting: Setting = Setting.ANY
    what: str = ""
    effect: str = ""
    effect_measure: str = ""
    contact_role: str = ""
    evidence_ids: frozenset[UUID] = frozenset()
    method: str = ""
    sample: str = ""
    evaluated_on: date | None = None
    result: EvaluationResult | None = None
    finding: str = ""
    shared_locally_on: date | None = None
    shared_locally_how: str = ""


class Evaluated(Protocol):
    """What decides whether a practice is proven."""

    @property
    def method(self) -> str: ...
    @property
    def evaluated_on(self) -> date | None: ...
    @property
    def result(self) -> EvaluationResult | None: ...


def is_proven(practice: Evaluated) -> bool:
    """Only an evaluation proves: one that shows an effect, with its day and how it was done."""
    shows = practice.result is EvaluationResult.SHOWS_EFFECT
    return shows and practice.evaluated_on is not None and bool(practice.method.strip())


class Shared(Evaluated, Protocol):
    """An evaluated practice with the day on which it was shared locally."""

    @property
    def shared_locally_on(self) -> date | None: ...


def counts_of_one(stands: Shared, seen: Shared | None, day: date = date.max) -> tuple[bool, bool]:
    """Whether a practice is proven by a day, and whether that which is proven is shared both ways by then.

    `seen`: the text that others see. It alone decides what is shared; an evaluation that nobody has reviewed yet makes
    the practice one that is still to be shared.
    """
    shown = seen is not None and _is_proven_by(seen, day)
    locally = seen is not None and seen.shared_locally_on is not None and seen.shared_locally_on <= day
    return shown or _is_proven_by(stands, day), shown and locally


def _is_proven_by(practice: Evaluated, day: date) -> bool:
    return is_proven(practice) and practice.evaluated_on is not None and practice.evaluated_on <= day


def problems_of_practice(facts: PracticeFacts, today: date, *, sending: bool) -> Problems:
    """Why it cannot be saved, field by field; a draft may have gaps, what is sent for review may not."""
    problems: Problems = []
    if not facts.title.strip():
        problems.append(("title", "Give it a title"))
    if sending:
        problems += [(name, text) for name, text in NEEDED.items() if not getattr(facts, name).strip()]
    if names_a_person(facts.contact_role):
        problems.append(("contact_role", "Give a job or a team, not a person’s name"))
    return problems + _evaluation(facts, today, sending) + _shared(facts, today, sending)


def _evaluation(facts: PracticeFacts, today: date, sending: bool) -> Problems:
    problems: Problems = []
    if facts.evaluated_on is not None and facts.evaluated_on > today:
        problems.append(("evaluated_on", "The date of the evaluation must be today or in the past"))
    said = facts.result or facts.evaluated_on or any((facts.method, facts.sample, facts.finding))
    if not (sending and said):
        return problems
    if facts.result is None:
        problems.append(("result", "Say what the evaluation shows, or leave the whole evaluation empty"))
    if not facts.method.strip():
        problems.append(("method", "Say how it was evaluated"))
    if facts.evaluated_on is None:
        problems.append(("evaluated_on", "Enter the date of the evaluation"))
    return problems


def _shared(facts: PracticeFacts, today: date, sending: bool) -> Problems:
    problems: Problems = []
    if facts.shared_locally_on is not None and facts.shared_locally_on > today:
        problems.append(("shared_locally_on", "The date you shared it must be today or in the past"))
    if sending and facts.shared_locally_on and not facts.shared_locally_how.strip():
        problems.append(("shared_locally_how", "Say how you shared it locally"))
    if sending and facts.shared_locally_how.strip() and facts.shared_locally_on is None:
        problems.append(("shared_locally_on", "Enter the date you shared it locally"))
    return problems
