"""What measures hold of the demonstration: the steps of one organisation, told by each measure on its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.measures import alignment, champions, coverage, incidents, questions
from tracker.cli.demonstration.steps import Measured
from tracker.measures.questions.actions import answer_questions

PROVIDERS = frozenset({OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER})
Rng = Callable[[str], random.Random]


def steps_of(kind: OrganisationKind, rng_of: Rng, today: date, *, showcase: bool = False) -> list[Measured]:
    """Every measure's steps, oldest first for each; `rng_of` gives each measure a generator of its own."""
    told: list[Any] = []
    if kind in PROVIDERS:
        told += champions.tell(rng_of("champions"), today, showcase=showcase)
        told += incidents.tell(rng_of("incidents"), today, showcase=showcase)
    if kind is OrganisationKind.NHS_TRUST:
        told += coverage.tell(rng_of("coverage"), today, showcase=showcase)
    if kind in alignment.TRUSTS | alignment.OTHERS | alignment.OWNERS:
        told += alignment.tell(rng_of("alignment"), today, kind, showcase=showcase)
    steps = [Measured(on=each.on, do=each.do) for each in told]
    return [*steps, *_answers(kind, rng_of("questions"), today)]


def _answers(kind: OrganisationKind, rng: random.Random, today: date) -> list[Measured]:
    versions: Counter[str] = Counter()
    return [
        Measured(on=each.on, do=partial(_answer, each, versions)) for each in questions.tell(kind, rng, today)
    ]


def _answer(
    told: questions.Told,
    versions: Counter[str],
    identity: Identity,
    organisation: OrganisationRef,
    chain: Chain,
) -> None:
    answer_questions(identity, organisation, told.code, told.wanted, version=versions[told.code], chain=chain)
    versions[told.code] += 1


MEASURE_PLAYERS: dict[str, Callable[..., Any]] = {
    "champions": champions.play,
    "alignment": alignment.play,
    "coverage": coverage.play,
    "incidents": incidents.play,
    "questions": questions.play,
}
SetMoment = Callable[[datetime], None]
