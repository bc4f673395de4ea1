"""An evaluation of a resource: a method in hand, and once it is done a day and a result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
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


# What is typed of an evaluation, and read by everybody at once.
TEXTS = ("method", "sample", "finding")


def texts_of(said: object) -> dict[str, str]:
    """These texts by field: of what a form says as of what is kept."""
    return {name: getattr(said, name) for name in TEXTS}


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
        problems.append(("evaluated_on", "The day on which it was finished must be today or in the past"))
    if facts.finding and facts.result is None:
        problems.append(("result", "Choose what it shows, as you say what was found"))
    return problems + ([] if facts.result is None else _unsaid(facts))


class Said(Protocol):
    """What an evaluation says of itself, as it is typed or stored."""

    @property
    def sample(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def evidence_id(self) -> UUID | None: ...


def is_whole(said: Said) -> bool:
    """Whether it says with whom, what was found, and where that can be read."""
    return not _unsaid(said)


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished evaluation as far as it decides. `is_whole`: all that is asked of a finished one is said."""

    by: UUID
    on: date
    result: EvaluationResult
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many organisations' latest evaluations show an effect, and how many do not; the youngest day of these."""

    shows: int = 0
    others: int = 0
    latest: date | None = None

    @property
    def is_proven(self) -> bool:
        return self.shows > 0 and not self.others

    @property
    def differs(self) -> bool:
        return self.shows > 0 and self.others > 0


def verdict_of(finished: Iterable[Finished]) -> Verdict:
    """What the latest finished evaluation of each organisation says. Of several on one day all have to show an effect.

    Whose latest was entered before all of this was asked, and says less, counts neither for nor against.
    """
    by_organisation: dict[UUID, list[Finished]] = {}
    for each in finished:
        by_organisation.setdefault(each.by, []).append(each)
    deciding = [found for rows in by_organisation.values() if (found := _deciding(rows))]
    shows = [
        found for found in deciding if all(each.result is EvaluationResult.SHOWS_EFFECT for each in found)
    ]
    latest = max((found[0].on for found in deciding), default=None)
    return Verdict(len(shows), len(deciding) - len(shows), latest)


def _deciding(rows: Iterable[Finished]) -> list[Finished]:
    """One organisation's evaluations of its latest day; none where one of these does not say enough."""
    found = list(rows)
    latest = max(each.on for each in found)
    of_that_day = [each for each in found if each.on == latest]
    return of_that_day if all(each.is_whole for each in of_that_day) else []


def _unsaid(said: Said) -> list[tuple[str, str]]:
    """Whoever says that something works, or that it does not, says it so that others can judge."""
    problems = []
    if not said.sample:
        problems.append(("sample", "Say with whom it was evaluated, as it is finished"))
    if not said.finding:
        problems.append(("finding", "Say what was found, as it is finished"))
    if not said.link and said.evidence_id is None:
        problems.append(("link", "Enter a link to the report, or choose evidence below, as it is finished"))
    return problems
