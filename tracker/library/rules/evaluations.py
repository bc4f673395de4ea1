"""An evaluation of a resource: a method in hand, and once it is done a day and a result."""

from __future__ import annotations

from collections.abc import Iterable
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
    return problems + (_missing_proof(facts) if facts.result is EvaluationResult.SHOWS_EFFECT else [])


def proven_since(finished: Iterable[tuple[date, EvaluationResult]]) -> date | None:
    """The day of the latest evaluation where it shows an effect: that one decides, whatever earlier ones found.

    Of several on one day all have to show it.
    """
    found = list(finished)
    latest = max((day for day, _result in found), default=None)
    decide = {result for day, result in found if day == latest}
    return latest if decide == {EvaluationResult.SHOWS_EFFECT} else None


def _missing_proof(facts: EvaluationFacts) -> list[tuple[str, str]]:
    """Who says that something works says it so that others can judge."""
    problems = []
    if not facts.sample:
        problems.append(("sample", "Say with whom it was evaluated, as it shows an effect"))
    if not facts.finding:
        problems.append(("finding", "Say what was found, as it shows an effect"))
    if not facts.link and facts.evidence_id is None:
        problems.append(
            ("link", "Enter a link to the report, or choose evidence below, as it shows an effect")
        )
    return problems
