"""Whom a resource has reached: the edges of the window, who is counted, and what a moment knew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.house.test_queries_counted import counted
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.extensions import db
from tracker.library.models import Share, ShareMember
from tracker.library.queries import Window, count_shared, count_trusts_reached, regions_reached
from tracker.library.rules import Channel, Endorsement
from tracker.web.transactions import writing

DAY = date(2026, 6, 15)
WINDOW = Window(DAY, 12, demonstration=True)
RECORDED = datetime(2026, 6, 1, 9, tzinfo=UTC)
Shared = Callable[..., UUID]


@pytest.fixture
def author(app: Flask) -> UUID:
    return factories.person().id


@pytest.fixture
def shared(author: UUID) -> Shared:
    def share(
        by: OrganisationRef, resource: UUID, on: date = DAY, *members: OrganisationRef, **more: object
    ) -> UUID:
        values = {
            "channel": Channel.EMAIL, "channel_words": "", "link": "", "evidence_id": None, "reached": None,
            "reached_basis": "", "note": "", "mistaken_reason": "", "version": 1, "recorded_at": RECORDED,
        }  # fmt: skip
        with writing():
            row = Share(
                organisation_id=by.id, resource_id=resource, shared_on=on, author_id=author, id=new_id(),
                **{**values, **more},
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            for each in members:
                db.session.add(ShareMember(organisation_id=by.id, share_row_id=row.id, member_id=each.id))
            return row.entity_id

    return share


@pytest.mark.parametrize(
    "on, reached",
    [(DAY, 1), (date(2025, 6, 15), 1), (date(2025, 6, 14), 0), (DAY + timedelta(days=1), 0)],
)
def test_the_window_holds_both_its_edges(shared: Shared, on: date, reached: int) -> None:
    shared(factories.organisation(), factories.national_resource(), on)

    assert count_trusts_reached(WINDOW).reached == reached


def test_a_trust_is_reached_once_however_often_and_through_whom(shared: Shared) -> None:
    trust, other = factories.organisation(), factories.organisation()
    network = factories.organisation(kind=OrganisationKind.HEALTH_INNOVATION_NETWORK)
    film = factories.national_resource()
    shared(trust, film)
    shared(network, film, DAY, trust, other)

    found = count_trusts_reached(WINDOW)

    assert (found.reached, found.trusts, found.since) == (2, 2, date(2025, 6, 15))


def test_only_open_english_trusts_of_one_data_set_count(shared: Shared) -> None:
    film = factories.national_resource()
    for trust in (
        factories.organisation(country="Wales"),
        factories.organisation(closed_on=DAY - timedelta(days=1)),
        factories.organisation(demonstration=False),
        factories.organisation(kind=OrganisationKind.HIGHER_EDUCATION),
    ):
        shared(trust, film)

    assert (count_trusts_reached(WINDOW).reached, count_trusts_reached(WINDOW).trusts) == (0, 0)
    assert count_trusts_reached(Window(DAY, 12)).reached == 1


def test_what_is_neither_made_nor_endorsed_or_was_a_mistake_reaches_nobody(shared: Shared) -> None:
    trust = factories.organisation()
    shared(trust, factories.national_resource("of-others", endorsement=Endorsement.NEITHER))
    shared(trust, factories.national_resource("film"), mistaken_reason="Another film")

    assert count_trusts_reached(WINDOW).reached == 0


def test_a_moment_knows_nothing_of_what_was_recorded_later(shared: Shared) -> None:
    shared(factories.organisation(), factories.national_resource(), date(2026, 5, 1))
    may = clock.end_of_day(date(2026, 5, 31))

    assert count_trusts_reached(Window(date(2026, 5, 31), 12, may, demonstration=True)).reached == 0
    assert count_trusts_reached(Window(date(2026, 5, 31), 12, demonstration=True)).reached == 1


def test_regions_by_resource(shared: Shared) -> None:
    north, south = factories.organisation(region="Y62"), factories.organisation(region="Y58")
    network = factories.organisation(kind=OrganisationKind.HEALTH_INNOVATION_NETWORK)
    film, game, unshared = (factories.national_resource(each, each) for each in ("film", "game", "unshared"))
    shared(network, film, DAY, north, south)
    shared(south, game)

    found = regions_reached([film, game, unshared], WINDOW)

    assert found[film].everywhere and found[film].regions == {"Y62", "Y58"}
    assert found[game].regions == {"Y58"} and not found[game].everywhere
    assert found[unshared].regions == frozenset() and found[unshared].of == {"Y62", "Y58"}


def test_an_organisation_sees_its_own_reach_and_no_other(shared: Shared) -> None:
    ours, theirs = factories.organisation(), factories.organisation()
    network = factories.organisation(kind=OrganisationKind.HEALTH_INNOVATION_NETWORK)
    champion = factories.identity_of(factories.person(Role.CHAMPION, ours))
    film, game = factories.national_resource("film"), factories.national_resource("game", "A game")
    shared(ours, film)
    shared(network, film, DAY - timedelta(days=2), ours, theirs)
    shared(network, game, DAY - timedelta(days=1), ours)

    found = count_shared(champion, ours.id, WINDOW)

    assert (found.own, found.on_behalf, found.either, found.latest) == (1, 2, 2, DAY)
    assert count_shared(champion, theirs.id, WINDOW).either == 0


def test_the_counts_ask_as_often_for_many_as_for_few(shared: Shared) -> None:
    film = factories.national_resource()
    with counted(db.engine) as few:
        count_trusts_reached(WINDOW)
        regions_reached([film], WINDOW)
    for _ in range(5):
        shared(factories.organisation(region="Y62"), film)
    with counted(db.engine) as many:
        count_trusts_reached(WINDOW)
        regions_reached([film], WINDOW)

    assert len(many) == len(few)
