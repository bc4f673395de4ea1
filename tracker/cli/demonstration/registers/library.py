"""Invented counts of use by quarter, evaluations, and training that is being made, of the national library."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.cli.demonstration import names
from tracker.cli.demonstration.names import Body, Kind
from tracker.cli.demonstration.registers.known import INVENTED, Known, day, evidence_called
from tracker.cli.demonstration.steps import Evidenced, Measured, Step
from tracker.cli.demonstration.texts import K, Proof
from tracker.library import actions
from tracker.library import queries as library
from tracker.library.rules import (
    Audience,
    Counted,
    DevelopmentFacts,
    EvaluationFacts,
    EvaluationResult,
    FundingFacts,
    Learner,
    Patients,
    Reach,
    Setting,
    Stage,
    UsageFacts,
)

SOURCE = "Report of the learning platform (demonstration)"
QUARTERS, READ_AFTER = 8, 10
# What is counted of each, and about how much in a quarter.
USED = {
    "think-sepsis-primary-care": (Counted.COMPLETIONS, 1400), "sepsis-savvy": (Counted.COMPLETIONS, 900),
    "elfh-03-17-01": (Counted.COMPLETIONS, 620), "elfh-03-034": (Counted.COMPLETIONS, 480),
    "think-sepsis-paediatrics": (Counted.VIEWS, 2600),
}  # fmt: skip
REPORT = Proof("Evaluation of the primary care package", K.AUDIT_REPORT)
ANSWERS = Proof("Questions before and after on four wards", K.AUDIT_REPORT)
DEVELOPERS = (0, 2, 6)
FUNDED = ("think-sepsis-primary-care", "elfh-03-17-01", "elfh-03-034", "elfh-08-09")
NURSES = Audience(
    frozenset({Learner.NURSING, Learner.CLINICAL_SERVICES}), frozenset({Setting.HOSPITAL}), Patients.ADULTS
)
RECEPTION = Audience(frozenset({Learner.ADMINISTRATIVE}), frozenset({Setting.HOSPITAL}), Patients.ALL)
CARERS = Audience(frozenset({Learner.CARE_WORKERS}), frozenset({Setting.CARE_HOME}), Patients.ADULTS)
BODY = "Demonstration National Body"


def tell(known: Known, rng: random.Random, today: date, body: Body) -> list[Step]:
    """What one organisation knows of use and effect, and what it is making."""
    if body.kind is Kind.NATIONAL_BODY:
        return [
            *_usage(known, rng, today), *_evaluations(known, today),
            *(step for each in _national(today) for step in _made(today, each)), *_settled(today),
        ]  # fmt: skip
    if body.kind is Kind.NHS_TRUST and (body.number in DEVELOPERS or rng.random() < 0.08):
        return list(_made(today, _local(rng, today, body)))
    return []


# --- use, by quarter --------------------------------------------------------------------------------------


def _usage(known: Known, rng: random.Random, today: date) -> Iterator[Step]:
    kept: list[UUID] = []
    told: list[UsageFacts] = []
    for code, (counted, about) in USED.items():
        for number, (starts, ends) in enumerate(_quarters(today)):
            rated = rng.randint(40, 160) if number % 2 and counted is Counted.COMPLETIONS else None
            facts = UsageFacts(
                known.resources[code], counted, int(about * (1 + number / 12) * rng.uniform(0.85, 1.15)), starts,
                ends, SOURCE, day(ends + timedelta(days=READ_AFTER), 0), rated,
                int(rated * rng.uniform(0.72, 0.93)) if rated else None, INVENTED,
            )  # fmt: skip
            told.append(facts)
    yield from (_counted(each, kept) for each in told)
    yield _corrected(told[-1], kept)


def _quarters(today: date) -> list[tuple[date, date]]:
    """The last quarters of a year that have ended long enough ago to be read, oldest first."""
    found: list[tuple[date, date]] = []
    ends = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    while len(found) < QUARTERS:
        starts = date(ends.year, ends.month - 2, 1)
        if ends + timedelta(days=READ_AFTER) < today:
            found.append((starts, ends))
        ends = starts - timedelta(days=1)
    return found[::-1]


def _counted(facts: UsageFacts, kept: list[UUID]) -> Step:
    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        kept.append(actions.add_usage(by, place, facts, chain=chain).entity_id)

    return Measured(on=facts.read_on, do=do)


def _corrected(facts: UsageFacts, kept: list[UUID]) -> Step:
    """The last count is put right on the day on which it was entered."""
    better = replace(facts, number=facts.number + 60, note=f"{INVENTED} The first report left out one week.")

    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        actions.change_usage(by, place, kept[-1], better, version=1, chain=chain)

    return Measured(on=facts.read_on, do=do)


# --- evaluations ------------------------------------------------------------------------------------------


def _evaluations(known: Known, today: date) -> Iterator[Step]:
    shown, on = day(today, 260), day(today, 140)
    yield Evidenced(on=shown, code="SEP16-06", proof=REPORT)
    yield _evaluated(shown, EvaluationFacts(
        known.resources["think-sepsis-primary-care"], "Questions before and three months after, with a control group",
        "Teams of general practices, not a real study", 212, shown - timedelta(days=20), EvaluationResult.SHOWS_EFFECT,
        f"More right answers after three months than without the package. {INVENTED}",
    ), REPORT)  # fmt: skip
    yield Evidenced(on=on, code="SEP16-06", proof=ANSWERS)
    yield _evaluated(on, EvaluationFacts(
        known.resources["sepsis-savvy"], "Questions before and after", "Staff of four wards, not a real study", 37,
        on - timedelta(days=9), EvaluationResult.UNCLEAR, f"Too few people answered twice. {INVENTED}",
    ), ANSWERS)  # fmt: skip
    yield _evaluated(day(today, 50), EvaluationFacts(
        known.resources["elfh-03-17-01"], f"Interviews with supervisors six weeks after the session. {INVENTED}",
    ))  # fmt: skip


def _evaluated(on: date, facts: EvaluationFacts, shown: Proof | None = None) -> Step:
    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        evidence = evidence_called(by, place, shown.title) if shown else None
        actions.add_evaluation(by, place, replace(facts, evidence_id=evidence), chain=chain)

    return Measured(on=on, do=do)


# --- who pays ---------------------------------------------------------------------------------------------


def record_funding(by: Identity, today: date) -> None:
    """Who pays for and makes a few resources, as the national lead checked it; told today, where her chain stands."""
    facts = FundingFacts(BODY, f"{BODY}, learning team", INVENTED, day(today, 33))
    for code in FUNDED:
        actions.record_funding(by, code, facts, version=library.get_national_resource(code).version)


# --- training that is being made --------------------------------------------------------------------------


def _national(today: date) -> list[DevelopmentFacts]:
    """The first two are for the same people; where the third overlapped was settled."""
    first, second = day(today, 240), day(today, 85)
    return [
        DevelopmentFacts(
            "Care homes: spotting deterioration early", f"Six short films with questions. {INVENTED}", Reach.NATIONAL,
            Stage.UNDER_WAY, first, CARERS, day(today, 180), BODY, "Its learning team",
        ),
        DevelopmentFacts(
            "A sepsis pocket guide for care workers", f"A folded card, and the same as a page. {INVENTED}",
            Reach.NATIONAL, Stage.PLANNED, second, CARERS, None, BODY,
        ),
    ]  # fmt: skip


def _settled(today: date) -> Iterator[Step]:
    """Found to overlap after it was announced, and settled some weeks later."""
    on, found, settled = day(today, 400), day(today, 350), day(today, 310)
    facts = DevelopmentFacts(
        "Ward simulation kit", f"Scripts and charts for a session of an hour. {INVENTED}", Reach.NATIONAL,
        Stage.UNDER_WAY, on, NURSES, day(today, 370), BODY, "Ravensmere Metropolitan University",
    )  # fmt: skip
    clash = replace(facts, overlap_with="Simulation scripts of the network", overlap_found_on=found)
    words = "One kit: the network’s scripts became the second half of it."
    kept: list[UUID] = []
    yield from _made(today, facts, kept)
    yield _said(found, 2, clash, kept)
    yield _said(settled, 3, replace(clash, overlap_settled_on=settled, overlap_settlement=words), kept)


def _local(rng: random.Random, today: date, body: Body) -> DevelopmentFacts:
    title, what, audience = rng.choice((
        ("Sepsis on nights: sessions of ten minutes", "Sessions at three in the morning, by the night team", NURSES),
        ("Film for our reception staff", "Five minutes on whom to call, made with our own staff", RECEPTION),
        ("With the care homes nearby: one set of charts", "Joint teaching with four care homes", CARERS),
    ))  # fmt: skip
    ago = 75 if body.number == names.SHOWCASE else rng.randint(60, 500)
    on, begins = day(today, ago), day(today, ago + rng.choice((20, -14, -35)))
    return DevelopmentFacts(
        title, f"{what}. {INVENTED}", Reach.LOCAL, Stage.UNDER_WAY, on, audience, begins, body.name, body.name
    )  # fmt: skip


def _made(today: date, facts: DevelopmentFacts, kept: list[UUID] | None = None) -> Iterator[Step]:
    """Told to others on the day of its announcement; what begins later is said to be planned until then."""
    ids: list[UUID] = [] if kept is None else kept
    later = facts.starts_on is not None and facts.starts_on > facts.announced_on
    first = replace(facts, stage=Stage.PLANNED) if later else facts

    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        ids.append(actions.add_development(by, place, first, chain=chain).entity_id)

    yield Measured(on=facts.announced_on, do=do)
    if later and facts.starts_on is not None and facts.starts_on < today:
        yield _said(facts.starts_on, 1, facts, ids)


def _said(on: date, version: int, facts: DevelopmentFacts, kept: list[UUID]) -> Step:
    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        actions.change_development(by, place, kept[0], facts, version=version, chain=chain)

    return Measured(on=on, do=do)
