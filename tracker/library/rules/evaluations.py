"""An evaluation of a resource: a method in hand, and once it is done a day and a result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.library.rules.using import EvaluationResult


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """How a resource is evaluated, with how many, and what was found."""

    resource_id: UUID
    method: str
    sample: str = ""
    sample_size: int | None = None
    evaluated_on: date | None = None
    result: EvaluationResult | None = None
    finding: str = ""
    link: str = ""
    evidence_id: UUID | None = None


def problems_of_evaluation(facts: EvaluationFacts, today: date) -> list[tuple[str, str]]:
    """What is wrong with an evaluation, by field, in words that say what to do."""
    problems = []
    if not facts.method:
        problems.append(("method", "Say how it is evaluated"))
    if facts.sample_size is not None and facts.sample_size < 0:
        problems.append(("sample_size", "The number of people must be 0 or more"))
    if facts.result is not None and facts.evaluated_on is None:
        problems.append(("evaluated_on", "Enter the day on which the evaluation was finished"))
    if facts.evaluated_on is not None and facts.result is None:
        problems.append(("result", "Choose what it shows, or leave the day empty until it is done"))
    if facts.evaluated_on is not None and facts.evaluated_on > today:
        problems.append(("evaluated_on", "The date must be today or in the past"))
    if facts.finding and facts.result is None:
        problems.append(("result", "Choose what it shows, as you say what was found"))
    return problems
