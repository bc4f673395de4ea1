"""What rests on a piece of evidence besides recommendations is told on its page, and before it is taken out of use."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.factories import identity_of, signed_in_client
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.evidence import actions
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.library import actions as library
from tracker.library.rules import Channel, Counted, EvaluationFacts, ShareFacts, UsageFacts
from tracker.practice import actions as practice
from tracker.practice.rules import PracticeFacts
from tracker.programme import actions as programme
from tracker.programme.rules import StateFacts, Status
from tracker.web.transactions import writing

DAY = date(2026, 1, 5)


@pytest.fixture
def body(app: Flask) -> OrganisationRef:
    factories.catalogue()
    factories.programme()
    return factories.organisation("X00903", "Example Body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.fixture
def her(body: OrganisationRef) -> factories.Person:
    return factories.person(Role.CHAMPION, body)


@pytest.fixture
def by(her: factories.Person) -> Identity:
    return identity_of(her)


@pytest.fixture
def client(app: Flask, her: factories.Person) -> FlaskClient:
    return signed_in_client(app, her)


@pytest.fixture
def item(by: Identity, body: OrganisationRef) -> UUID:
    wanted = ItemInput(
        "A report", "", EvidenceKind.OTHER, DAY, None, "https://reports.example/one", ("SEP16-01",)
    )
    with writing():
        return actions.add_item(by, body, wanted, ()).entity_id


def name_it(by: Identity, body: OrganisationRef, item: UUID) -> UUID:
    """Everything that can name evidence names this piece; gives the share."""
    film = factories.national_resource()
    quarter = (date(2026, 1, 1), date(2026, 3, 31))
    facts = PracticeFacts("A trolley", "SEP16-01", what="One", evidence_ids=frozenset({item}))
    state = StateFacts(Status.UNDER_WAY, owner="Team", evidence_ids=(str(item),))
    with writing():
        shares = library.add_shares(by, body, [film], ShareFacts(Channel.EMAIL, DAY, evidence_id=item))
        library.add_usage(
            by, body, UsageFacts(film, Counted.VIEWS, 9, *quarter, "Report", quarter[1], evidence_id=item)
        )
        library.add_evaluation(by, body, EvaluationFacts(film, "Interviews", evidence_id=item))
        practice.add_practice(by, body, facts, send=False)
        programme.record_state(by, body, "2016-17-2", state, version=0)
    return shares[0].entity_id


def test_its_page_lists_what_rests_on_it(
    client: FlaskClient, by: Identity, body: OrganisationRef, item: UUID
) -> None:
    assert "Also named as evidence by" not in client.get(f"/organisations/X00903/evidence/{item}").text
    share = name_it(by, body, item)
    for path in (f"/organisations/X00903/evidence/{item}", f"/organisations/X00903/evidence/{item}/withdraw"):
        page = client.get(path).text
        for words in (
            "Share of A film",
            "Count of use of A film",
            "Evaluation of A film",
            "Good practice: A trolley",
        ):
            assert words in page
        assert f'href="/organisations/X00903/shares/{share}"' in page
        assert 'href="/organisations/X00903/programme/2016-17-2"' in page


def test_what_no_longer_stands_rests_on_nothing(
    client: FlaskClient, by: Identity, body: OrganisationRef, item: UUID
) -> None:
    share = name_it(by, body, item)
    with writing():
        library.mark_share_mistaken(by, body, share, "Entered twice", version=1)
    page = client.get(f"/organisations/X00903/evidence/{item}").text
    assert "Share of A film" not in page and "Evaluation of A film" in page


def test_another_piece_is_named_by_nothing(
    client: FlaskClient, by: Identity, body: OrganisationRef, item: UUID
) -> None:
    name_it(by, body, item)
    wanted = ItemInput(
        "Another",
        "",
        EvidenceKind.OTHER,
        clock.today() - timedelta(1),
        None,
        "https://a.example/2",
        ("SEP16-01",),
    )
    with writing():
        other = actions.add_item(by, body, wanted, ()).entity_id
    assert "Also named as evidence by" not in client.get(f"/organisations/X00903/evidence/{other}").text
