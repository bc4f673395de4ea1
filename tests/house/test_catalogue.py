"""The 21 recommendations, as shipped, and who owes them."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.house.world import digest
from tracker.catalogue import loader, queries
from tracker.catalogue.actions import sync_catalogue
from tracker.catalogue.models import Recommendation, RecommendationKind
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.web.transactions import writing


def test_there_are_21_and_their_codes_are_permanent(app: Flask) -> None:
    factories.catalogue()
    codes = list(db.session.scalars(sa.select(Recommendation.code).order_by(Recommendation.number)))
    assert codes == [f"SEP16-{number:02}" for number in range(1, 22)]


def test_syncing_twice_changes_nothing_but_the_trail(app: Flask) -> None:
    factories.catalogue()
    db.session.rollback()
    trail = frozenset({"audit_events", "audit_private", "chain_heads"})
    before = digest(db.engine, trail)
    with writing():
        sync_catalogue(loader.load_reports())
    assert digest(db.engine, trail) == before


def test_every_kind_that_owes_is_a_kind_of_organisation(app: Flask) -> None:
    factories.catalogue()
    owing = set(db.session.scalars(sa.select(RecommendationKind.kind)))
    assert owing <= {each.value for each in OrganisationKind}
    assert OrganisationKind.NHS_TRUST.value in owing


def test_every_recommendation_is_owed_by_somebody(app: Flask) -> None:
    factories.catalogue()
    for recommendation in queries.list_recommendations():
        query = sa.select(sa.func.count()).where(
            RecommendationKind.recommendation_code == recommendation.code
        )
        assert db.session.scalar(query), recommendation.code
