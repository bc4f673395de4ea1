"""The invented lists of training: the same for a seed, within the rules, and a good story for the first trust."""

from __future__ import annotations

import random
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.measures import alignment
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import played_clock
from tracker.extensions import db
from tracker.library import queries as library
from tracker.library.models import Resource
from tracker.measures.alignment import queries, rules
from tracker.measures.alignment.measure import MEASURE
from tracker.measures.alignment.rules import Standing
from tracker.measures.base import At, Supports
from tracker.web.transactions import writing


def played(place: OrganisationRef, seed: int, *, showcase: bool = False) -> Staff:
    people = Staff({Who.CHAMPION: factories.identity_of(factories.person(Role.CHAMPION, place))})
    with writing(), played_clock() as set_moment:
        today, rng = clock.today(), random.Random(seed)
        alignment.play(place, place.kind, people, rng, today, set_moment=set_moment, showcase=showcase)
    return people


def told(place: OrganisationRef) -> list[tuple[object, ...]]:
    query = select(Resource).where(Resource.organisation_id == place.id)
    rows = db.session.scalars(query.order_by(Resource.title, Resource.version))
    return [(each.title, each.version, each.recorded_at, each.discussed_on) for each in rows]


def test_the_first_trust_shows_every_standing_and_two_years_of_figures(app: Flask) -> None:
    factories.catalogue()
    trust = factories.organisation()
    champion = played(trust, 1, showcase=True)[Who.CHAMPION]
    day = clock.today()
    (items,) = queries.list_items(champion, [trust.id]).values()
    own = [each for each in items if each.in_use(day) and each.source.value == "own"]
    found = {rules.standing(each, library.list_versions(), day) for each in own}
    assert {Standing.ALIGNED, Standing.PARTLY, Standing.UNASSESSED} <= found
    for code in rules.CODES:
        figure = MEASURE.figures(champion, code, [trust.id], At(day))[trust.id]
        assert (figure.exists, figure.supports) == (True, Supports.NOT_YET)
    assert sum(each.exists for each in MEASURE.series(champion, "SEP16-09", trust.id, day)) >= 7
    assert MEASURE.needs(champion, trust.id, day)


@pytest.mark.parametrize(
    "kind",
    [OrganisationKind.NHS_TRUST, OrganisationKind.ROYAL_COLLEGE, OrganisationKind.HEALTH_INNOVATION_NETWORK],
)
def test_the_same_seed_tells_the_same_and_no_seed_breaks_a_rule(app: Flask, kind: OrganisationKind) -> None:
    factories.catalogue()
    one, other = factories.organisation(kind=kind), factories.organisation(kind=kind)
    played(one, 3)
    played(other, 3)
    assert told(one) == told(other)
    for seed in range(8):
        played(factories.organisation(kind=kind), seed)


def test_a_university_has_no_such_list(app: Flask) -> None:
    factories.catalogue()
    place = factories.organisation(kind=OrganisationKind.HIGHER_EDUCATION)
    played(place, 3)
    assert told(place) == []


def test_the_national_body_lists_real_resources_of_the_library_and_the_gaps_are_a_mixture(
    app: Flask, client: FlaskClient
) -> None:
    factories.catalogue()
    body = factories.organisation(name="National body", kind=OrganisationKind.NATIONAL_BODY)
    champion = played(body, 1)[Who.CHAMPION]
    titles = {row.code: row.title for row in library.list_national_resources()}
    listed = library.list_resources(champion, body.id)
    assert len(listed) >= 6
    assert all(row.national_code and titles[row.national_code] == row.title for row in listed)
    page = client.get("/resources/gaps").get_data(as_text=True)
    numbers = [int(each) for each in re.findall(r"<strong>(\d+)</strong> of 231", page)]
    assert len(numbers) == 5 and sum(numbers) == 231
    assert min(numbers) >= 3, "each kind of gap, and what is covered, can be seen"


def test_trusts_inherit_what_the_national_body_checked(app: Flask) -> None:
    factories.catalogue()
    trust = factories.organisation()
    champion = played(trust, 1, showcase=True)[Who.CHAMPION]
    body = factories.organisation(name="National body", kind=OrganisationKind.NATIONAL_BODY)
    played(body, 1)
    inherited, (items,) = queries.list_inherited(champion), queries.list_items(champion, [trust.id]).values()
    owners = {
        each.title: [claim.owner for claim in inherited.of(each.title, each.national_code)]
        for each in items
        if each.source.value == "national"
    }
    assert ["National body"] in owners.values() and [] in owners.values()
