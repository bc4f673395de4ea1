"""Staff trained, as an invented trust tells it: a table of needs, the numbers of every quarter, routes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.playing import store_bytes
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import moment_of, working_day
from tracker.database import new_id
from tracker.evidence.models import HeldUpload
from tracker.extensions import db
from tracker.measures.base import quarter_ends
from tracker.measures.coverage import actions
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Group,
    Level,
    Line,
    Named,
    NeedsInput,
    PositionInput,
    Route,
)

# Of a thousand staff, about so many in each group, and the level that a trust would give it.
SHARES: dict[Group, tuple[int, Level]] = {
    Group.CONSULTANTS: (45, Level.MANAGE),
    Group.SPECIALTY: (22, Level.MANAGE),
    Group.TRAINEES: (55, Level.MANAGE),
    Group.STUDENTS: (6, Level.AWARENESS),
    Group.NURSES: (290, Level.MANAGE),
    Group.ALLIED: (65, Level.RECOGNISE),
    Group.TECHNICAL: (38, Level.RECOGNISE),
    Group.SCIENTISTS: (24, Level.AWARENESS),
    Group.CLINICAL_SUPPORT: (195, Level.RECOGNISE),
    Group.CLERICAL: (190, Level.AWARENESS),
    Group.ESTATES: (70, Level.AWARENESS),
    Group.SUPPLEMENTARY: (0, Level.NOTHING),
}
DOCTORS = (Group.CONSULTANTS, Group.SPECIALTY, Group.TRAINEES)
WAYS = {
    Named.CONSULTANTS: "A yearly session at the audit half-day, with a register",
    Named.SPECIALTY: "The same session as consultants, and e-learning with a reminder",
    Named.NURSING: "Yearly e-learning with a reminder, and simulation on the ward",
    Named.ALLIED: "Yearly e-learning with a reminder",
    Named.SUPPORT: "A talk at the team meeting, with a card to keep",
}
LATE_DAYS = (9, 24)


@dataclass(frozen=True, slots=True)
class Told:
    """Something recorded on a day; the same day's in the order given."""

    on: date
    do: Callable[[Identity, OrganisationRef, Chain], None]


@dataclass(slots=True)
class _Trust:
    """How large a trust is, how well it trains, and what it leaves out."""

    staff: int
    start: float
    gain: float
    lagging: Group
    counts_doctors: bool = True
    needs_version: int = 0
    routes_version: int = 0


def tell(rng: random.Random, today: date, months: int = 24, *, showcase: bool = False) -> list[Told]:
    """Two years of one trust. The first trust has counted everybody but doctors, whose numbers come in January."""
    trust = _Trust(
        staff=2400 if showcase else rng.randrange(1800, 9000, 100),
        start=0.46 if showcase else rng.uniform(0.25, 0.7),
        gain=0.42 if showcase else rng.uniform(0.0, 0.4),
        lagging=rng.choice((Group.CONSULTANTS, Group.CLERICAL, Group.ESTATES)),
        counts_doctors=not showcase and rng.random() > 0.15,
    )
    days = [day for day in quarter_ends(today, months // 3 + 1)[:-1] if (today - day).days > LATE_DAYS[1]]
    if not showcase and rng.random() < 0.12:
        return []
    steps = [_needs(trust, days[0] - timedelta(days=40), rng, agreed=showcase or rng.random() > 0.2)]
    for index, day in enumerate(days):
        share = trust.start + trust.gain * index / max(1, len(days) - 1)
        steps.append(_numbers(trust, day, share, rng, is_last=index == len(days) - 1))
    if showcase or rng.random() > 0.3:
        steps.append(_routes(trust, days[-2] + timedelta(days=30), rng, showcase=showcase))
    return sorted(steps, key=lambda step: step.on)


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
    if kind != OrganisationKind.NHS_TRUST:
        return 0
    chain = chain or audit.open_chain(organisation.id)
    told = tell(rng, today, showcase=showcase)
    for turn, step in enumerate(told):
        if set_moment is not None:
            set_moment(moment_of(step.on, turn % 30))
        chain.recorded_at = max(clock.now(), chain.head.at)
        step.do(people[Who.CHAMPION], organisation, chain)
    return len(told)


def _needs(trust: _Trust, day: date, rng: random.Random, *, agreed: bool) -> Told:
    on = working_day(day)
    lines = tuple(Line(group, level) for group, (_share, level) in SHARES.items())
    interval = rng.choice((12, 24, 24, 36))
    wanted = NeedsInput(
        lines=lines,
        who={},
        agreed_by="Deteriorating Patient Group" if agreed else "",
        agreed_on=on - timedelta(days=5) if agreed else None,
        review_on=on + timedelta(days=1095) if agreed else None,
        interval_months=interval,
        target_percent=rng.choice((None, 85, 95)),
    )

    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        trust.needs_version = actions.record_needs(
            identity, organisation, wanted, version=trust.needs_version, chain=chain
        ).version

    return Told(on, do)


def _numbers(trust: _Trust, day: date, share: float, rng: random.Random, *, is_last: bool) -> Told:
    on = working_day(day + timedelta(days=rng.randint(*LATE_DAYS)))
    counts = _counts(trust, share, rng)
    wanted = PositionInput(
        about_on=day,
        source=f"ESR competency report of {day.day} {day:%B %Y}",
        interval_months=24,
        counted=Counted.PEOPLE,
        counts=counts,
        not_counted="bank and agency" if trust.counts_doctors else "bank and agency; doctors, until January",
        not_counted_about=round(trust.staff * 6 / 1000) * 10,
        imported=True,
    )

    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        held = [_report(identity, organisation, wanted)] if is_last else []
        actions.record_position(identity, organisation, wanted, version=0, held=held, chain=chain)

    return Told(on, do)


def _counts(trust: _Trust, share: float, rng: random.Random) -> tuple[Count, ...]:
    found = []
    for group, (part, level) in SHARES.items():
        if group in DOCTORS and not trust.counts_doctors:
            continue
        in_post = round(trust.staff * part / 1000 * rng.uniform(0.98, 1.02))
        reached = share - (0.22 if group is trust.lagging else 0) + rng.uniform(-0.05, 0.05)
        found.append(Count(Line(group, level), in_post, round(in_post * min(0.99, max(0.04, reached)))))
    return tuple(found)


def _routes(trust: _Trust, day: date, rng: random.Random, *, showcase: bool) -> Told:
    without = Named.SPECIALTY if showcase else rng.choice([None, *Named])
    routes = [
        Route(each, each is not without, "" if each is without else what) for each, what in WAYS.items()
    ]

    def do(identity: Identity, organisation: OrganisationRef, chain: Chain) -> None:
        trust.routes_version = actions.record_routes(
            identity, organisation, routes, version=trust.routes_version, chain=chain
        ).version

    return Told(working_day(day), do)


def _report(identity: Identity, organisation: OrganisationRef, wanted: PositionInput) -> UUID:
    """The report as a file of numbers, held as a form would hold it."""
    lines = ["Staff Group,Assignment Count,Compliant"]
    lines += [f'"{each.line.group.label}",{each.in_post},{each.in_date}' for each in wanted.counts]
    body = "\r\n".join(lines).encode()
    held = HeldUpload(
        organisation_id=organisation.id,
        id=new_id(),
        user_id=identity.user_id,
        sha256=store_bytes(organisation.id, body),
        size=len(body),
        file_name=f"{wanted.source}.csv",
        content_type="text/csv",
        held_at=clock.now(),
    )
    db.session.add(held)
    db.session.flush()
    return held.id
