"""What the forms of the registers offer: training that figures count, and whatever was chosen before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.library.test_usage import COUNT
from tests.library.test_usage_views import count, hidden, text
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.library import actions, queries
from tracker.library.rules.national import NationalKind
from tracker.library.views.registers import MOST_EVIDENCE
from tracker.web.transactions import writing

HOME = "/organisations/X00101"
DAY = date(2026, 5, 1)


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor Hospitals")


def recorder(trust: OrganisationRef) -> tuple[object, Identity]:
    person = factories.person(Role.CHAMPION, trust)
    return person, factories.identity_of(person)


def report(who: Identity, where: OrganisationRef, title: str, day: date) -> UUID:
    wanted = ItemInput(title, "", EvidenceKind.LINK, day, None, "https://reports.example/r", ("SEP16-12",))
    return evidence.add_item(who, where, wanted, []).entity_id


def test_a_page_that_lists_training_is_neither_counted_nor_evaluated_but_shared(
    app: Flask, trust: OrganisationRef
) -> None:
    film, page = factories.national_resource(), factories.national_resource("page", kind=NationalKind.PAGE)
    client = factories.signed_in_client(app, recorder(trust)[0])
    for word, offered in (("usage", False), ("evaluations", False), ("shares", True)):
        form = client.get(f"{HOME}/{word}/new").text
        assert f'value="{film}"' in form and (f'value="{page}"' in form) is offered, word
    path = f"{HOME}/usage/new"
    answer = client.post(path, data={**hidden(client, path), **count(page)})
    assert answer.status_code == 422 and queries.list_usage_of(page, demonstration=True) == []


def test_a_count_of_a_page_that_stands_can_still_be_put_right(app: Flask, trust: OrganisationRef) -> None:
    page, (person, who) = factories.national_resource("page", kind=NationalKind.PAGE), recorder(trust)
    facts = {"resource_id": page, "period_from": DAY, "period_until": DAY, "read_on": DAY}
    with writing():
        key = actions.add_usage(who, trust, replace(COUNT, **facts)).entity_id
    assert (
        f'value="{page}" selected'
        in factories.signed_in_client(app, person).get(f"{HOME}/usage/{key}/edit").text
    )


def test_evidence_chosen_long_ago_is_offered_behind_hundreds_of_younger_items(
    app: Flask, trust: OrganisationRef
) -> None:
    person, who = recorder(trust)
    film = factories.national_resource()
    with writing():
        old = report(who, trust, "The first report", DAY - timedelta(days=900))
        for number in range(MOST_EVIDENCE):
            report(who, trust, f"Report {number}", DAY)
    with writing():
        facts = replace(COUNT, resource_id=film, evidence_id=old)
        key = actions.add_usage(who, trust, facts).entity_id
    client: FlaskClient = factories.signed_in_client(app, person)
    path = f"{HOME}/usage/{key}/edit"
    form = client.get(path).text
    assert f'value="{old}" selected' in form and "The first report" in text(client.get(path))
    answer = client.post(path, data={**hidden(client, path), **count(film, evidence_id=str(old))})
    assert answer.status_code == 303
    assert queries.get_usage(who, trust.id, key).evidence_id == old
