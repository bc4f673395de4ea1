"""The invented register: the same for a seed, within the rules, and a good story for the first trust."""

from __future__ import annotations

import random
from datetime import date

from flask import Flask
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.cli.demonstration.measures import incidents
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import played_clock
from tracker.extensions import db
from tracker.measures.base import At, Supports
from tracker.measures.incidents.measure import MEASURE
from tracker.measures.incidents.models import Incident
from tracker.measures.rules import headline
from tracker.web.transactions import writing


def played(trust: OrganisationRef, seed: int, *, showcase: bool = False) -> Staff:
    champion = factories.identity_of(factories.person(Role.CHAMPION, trust))
    people = Staff({Who.CHAMPION: champion})
    with writing(), played_clock() as set_moment:
        today = clock.today()
        rng = random.Random(seed)
        incidents.play(trust, trust.kind, people, rng, today, set_moment=set_moment, showcase=showcase)
    return people


def told(trust: OrganisationRef) -> list[tuple[object, ...]]:
    query = select(Incident).where(Incident.organisation_id == trust.id)
    rows = db.session.scalars(query.order_by(Incident.reference, Incident.version))
    return [(each.reference, each.version, each.month, each.recorded_at, each.closed_on) for each in rows]


def test_the_first_trust_tells_a_story_that_may_be_seen_outside(app: Flask) -> None:
    factories.catalogue()
    trust = factories.organisation()
    champion = played(trust, 1, showcase=True)[Who.CHAMPION]
    figure = MEASURE.figures(champion, "SEP16-18", [trust.id], At(clock.today()))[trust.id]
    assert (headline(figure), figure.supports) == ("6 of 7, 86 %", Supports.NOT_YET)
    series = MEASURE.series(champion, "SEP16-18", trust.id, clock.today())
    assert sum(each.exists for each in series) >= 5
    assert MEASURE.needs(champion, trust.id, clock.today())


def test_the_same_seed_tells_the_same_and_no_seed_breaks_a_rule(app: Flask) -> None:
    factories.catalogue()
    one, other = factories.organisation(), factories.organisation()
    played(one, 3)
    played(other, 3)
    assert told(one) == told(other)
    for seed in range(12):
        trust = factories.organisation()
        played(trust, seed)
        months = [row[2] for row in told(trust)]
        assert all(isinstance(each, date) and each <= clock.today() for each in months)
