"""Incidents of an invented trust over two years: reviewed, shared, answered with training, mostly closed; or none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import moment_of, working_day
from tracker.measures.incidents import actions
from tracker.measures.incidents.rules import (
    Facts,
    Framework,
    Loop,
    NilFacts,
    Resource,
    Response,
    Theme,
    Training,
    add_months,
    last_day,
    month_of,
)

DEPARTMENTS = (
    "Emergency department", "Acute medical unit", "Surgical admissions", "Maternity", "Children’s ward",
    "Care of older people", "Oncology day unit",
)  # fmt: skip
LEARNT = {
    Theme.RECOGNISING: "A rising score was put down to the known illness. Ask each time: could this be sepsis?",
    Theme.SCREENING: "The screening tool was filled in after treatment began. It belongs to the first observations.",
    Theme.ESCALATING: "The call for senior help waited for the next round. Anybody may call, and nobody is asked why.",
    Theme.ANTIBIOTICS: "The first dose waited for a second cannula. Say aloud who gives it and by when.",
    Theme.TESTS: "Lactate was taken and not looked at. Whoever takes it reads it.",
    Theme.FLUIDS: "Fluids were charted and not started. The bag hangs before the chart is put away.",
    Theme.HANDOVER: "The suspicion of sepsis was not in the handover. It has a line of its own now.",
    Theme.FOLLOW_UP: "Nobody looked again within the hour. A time for the next look is written down.",
}
NATIONAL = ("THINK SEPSIS e-learning", "NICE summary for clinicians", "The Sepsis Game")
OWN = (
    "Sepsis six slides",
    "Ten-minute teaching at handover",
    "Simulation of the first hour",
    "One-page learning summary",
)
CHANGED = (
    "The scenario was added to the simulation day",
    "A slide on it was added to induction",
    "The e-learning quiz asks about it",
)
KINDS = (Response.SWARM, Response.AFTER_ACTION, Response.AFTER_ACTION, Response.MDT, Response.PSII)
TEAM = "Patient safety team"
# Months before today; days until shared (None: not yet); days from there until closed; with learning material.
SHOWCASE = (
    (23, 96, 40, True), (21, 88, 62, False), (19, 71, 30, True), (17, 64, 35, True), (15, 58, 20, True),
    (13, 49, 28, True), (12, 44, 25, True), (10, 52, 21, True), (8, 37, 30, True), (7, None, None, False),
    (5, 31, 24, True), (4, 26, 20, True), (2, 18, None, True), (1, None, None, False),
)  # fmt: skip
Do = Callable[[Identity, OrganisationRef, Chain], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody did in the register on a day."""

    on: date
    do: Do


@dataclass(slots=True)
class _Kept:
    """An incident between its steps."""

    id: UUID | None = None
    version: int = 0


def tell(rng: random.Random, today: date, months: int = 24, *, showcase: bool = False) -> list[Told]:
    """The register of one trust, oldest first: told by hand for the first trust, drawn for the others."""
    if showcase:
        told = [step for number, row in enumerate(SHOWCASE) for step in _incident(rng, today, number, *row)]
        return sorted(told, key=lambda each: each.on)
    chance = rng.random()
    if chance < 0.15:
        return []
    if chance < 0.4:
        return list(_nils(today, months))
    return sorted(_drawn(rng, today, months), key=lambda each: each.on)


def play(
    organisation: OrganisationRef,
    kind: str,
    people: Staff,
    rng: random.Random,
    today: date,
    *,
    set_moment: Callable[[datetime], None] | None = None,
    chain: Chain | None = None,
    showcase: bool = False,
) -> int:
    """Record it all through the real actions; how many steps. `set_moment` moves the played clock to each day."""
    if kind not in {OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER}:
        return 0
    chain = chain or audit.open_chain(organisation.id)
    told = tell(rng, today, showcase=showcase)
    for turn, step in enumerate(told):
        if set_moment is not None:
            set_moment(moment_of(step.on, turn % 30))
        chain.recorded_at = max(clock.now(), chain.head.at)
        step.do(people[Who.CHAMPION], organisation, chain)
    return len(told)


def _drawn(rng: random.Random, today: date, months: int) -> Iterator[Told]:
    keen = rng.uniform(0.4, 1.0)
    for number in range(rng.randint(2, 14)):
        shared = rng.randint(12, 110) if rng.random() < 0.5 + keen / 2 else None
        closes = rng.randint(10, 60) if rng.random() < keen else None
        yield from _incident(rng, today, number, rng.randint(0, months), shared, closes, rng.random() < keen)


def _nils(today: date, months: int) -> Iterator[Told]:
    """Confirmed every half year, the last one last month."""
    for back in range(months, 0, -6):
        first = add_months(month_of(today), -back)
        last = min(add_months(first, 5), add_months(month_of(today), -1))
        on = min(last_day(last) + timedelta(days=4), today)
        wanted = NilFacts(first, last, TEAM, "", on)
        yield Told(on, _confirming(wanted))


def _confirming(wanted: NilFacts) -> Do:
    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        actions.confirm_none(identity, organisation, wanted, chain=chain)

    return do


def _incident(
    rng: random.Random,
    today: date,
    number: int,
    back: int,
    shared: int | None,
    closes: int | None,
    material: bool,
) -> Iterator[Told]:
    """Entered soon after it was reported; shared, and closed, as far as those days have come."""
    month, kept = add_months(month_of(today), -back), _Kept()
    entered = working_day(min(month + timedelta(days=rng.randint(20, 34)), today))
    entered = max(entered, month)
    facts = _facts(rng, month, number)
    yield Told(entered, _entering(kept, facts))
    heard = _later(last_day(month), shared, entered, today)
    if heard is None:
        return
    loop = _shared(rng, facts, month, heard, material=material)
    yield Told(heard, _following(kept, loop))
    closed = None if closes is None else _later(heard, closes, heard, today)
    if closed is not None:
        yield Told(closed, _following(kept, _closed(rng, loop, heard, closed)))


def _entering(kept: _Kept, facts: Facts) -> Do:
    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        incident = actions.add_incident(identity, organisation, facts, chain=chain)
        kept.id, kept.version = incident.entity_id, incident.version

    return do


def _following(kept: _Kept, loop: Loop) -> Do:
    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        if kept.id is None:
            raise ValueError("an incident is entered before its steps")
        incident = actions.record_loop(
            identity, organisation, kept.id, loop, version=kept.version, chain=chain
        )
        kept.version = incident.version

    return do


def _facts(rng: random.Random, month: date, number: int) -> Facts:
    theme = rng.choice(tuple(LEARNT))
    return Facts(
        reference=f"{month.year}-{100 * month.month + number:04}",
        framework=Framework.PSIRF,
        response=rng.choice(KINDS),
        month=month,
        department=rng.choice(DEPARTMENTS),
        theme=theme,
        learning=LEARNT[theme],
    )


def _shared(rng: random.Random, facts: Facts, month: date, heard: date, *, material: bool) -> Loop:
    resource = rng.choice((Resource.NATIONAL, Resource.OWN)) if material else None
    titles = NATIONAL if resource is Resource.NATIONAL else OWN
    return Loop(
        learning=facts.learning,
        people_on=max(month, heard - timedelta(days=rng.randint(2, 12))),
        department_on=heard,
        others_on=heard if rng.random() < 0.4 else None,
        resource=resource,
        resource_title=rng.choice(titles) if resource else "",
    )


def _closed(rng: random.Random, loop: Loop, heard: date, closed: date) -> Loop:
    """Closed with what became of the training; without material only by saying so."""
    changed = rng.random() < 0.7
    return replace(
        loop,
        resource=loop.resource or Resource.NONE,
        training=Training.CHANGED if changed else Training.NO_CHANGE,
        training_text=rng.choice(CHANGED) if changed else "",
        training_on=max(heard, closed - timedelta(days=3)) if changed else None,
        no_change_because="" if changed else "Training covers it; the learning summary repeats it",
        closed_on=closed,
    )


def _later(day: date, days: int | None, earliest: date, today: date) -> date | None:
    """So many days after a day and not before another; None when that is still to come."""
    if days is None:
        return None
    found = max(working_day(day + timedelta(days=days)), earliest)
    return found if found <= today else None
