"""A finding as it is made: what is looked at, what it changes on the national page, and what it never changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.summary.makers import World, months_ago
from tests.summary.test_responders import PAGE as MATRIX
from tests.summary.test_responders import row as responders
from tests.summary.test_views import fetch, words
from tracker import clock
from tracker.access.permissions import Role
from tracker.assurance import actions
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import NotAllowed
from tracker.web.transactions import writing

FINDING = "/organisations/X00001/recommendations/SEP16-09/finding"
RECORD = "/organisations/X00001/recommendations/SEP16-09"


def hidden(page: str) -> dict[str, str]:
    found = (tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag)
    return {re.findall(r'name="([^"]+)"', tag)[0]: re.findall(r'value="([^"]*)"', tag)[0] for tag in found}


def record_finding(client: FlaskClient, outcome: str, note: str = "") -> str:
    fields = hidden(fetch(client, FINDING))
    answer = client.post(FINDING, data={**fields, "outcome": outcome, "note": note})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return words(fetch(client, answer.headers["Location"]))


def row(client: FlaskClient, address: str = "/summary") -> str:
    page = fetch(client, address)
    start = page.index('<tr id="recommendation-9">')
    return words(page[start : page.index("</tr>", start)])


def test_accepting_a_reason_takes_the_trust_out_of_the_denominator_and_refusing_puts_it_back(
    world: World, lead: FlaskClient
) -> None:
    for number in range(1, 4):
        factories.organisation(f"X0000{number}")
    trust = factories.find_ref("X00001")
    assert trust is not None
    world.record(trust, 9, Delivery.NOT_APPLICABLE, reason="No staff who see patients")
    assert "0 of 3" in row(lead) and "1 does not apply to us" in row(lead)
    said = record_finding(lead, "reason_accepted")
    assert "The organisation leaves the figures for recommendation 9" in said
    assert "0 of 2 1 left out" in row(lead) and "does not apply" not in row(lead)
    yesterday = clock.today() - timedelta(days=1)
    assert "0 of 3" in row(lead, f"/summary?as_at={yesterday}")
    assert "The organisation stays in the figures" in record_finding(
        lead, "reason_refused", "It has such staff"
    )
    assert "0 of 3" in row(lead) and "left out" not in row(lead)


def test_a_claim_verified_then_not_accepted_counts_by_the_latest_and_stays_in_place(
    world: World, lead: FlaskClient
) -> None:
    world.record(factories.organisation("X00001"), 9, Delivery.DELIVERED)
    assert "None tested" in row(lead)
    record_finding(lead, "verified")
    assert "1 of 1 verified 0 not accepted" in row(lead)
    said = record_finding(lead, "overturned", "The minutes are of another meeting")
    assert "what it recorded stays as it is" in said
    assert "0 of 1 verified 1 not accepted" in row(lead) and "In place: 1 of 1" in row(lead)
    again = words(fetch(lead, FINDING))
    assert "Found before" in again and "The minutes are of another meeting" in again


def test_the_page_shows_what_there_is_to_look_at(world: World, lead: FlaskClient) -> None:
    trust = factories.organisation("X00001")
    world.record(trust, 9, Delivery.DELIVERED)
    assert "No evidence is attached" in fetch(lead, FINDING)
    world.evidence(trust, 9, on=months_ago(2))
    page = fetch(lead, FINDING)
    assert re.search(r'<a href="/organisations/X00001/evidence/[^"]+">Minutes</a>', page)
    assert "Out of date" not in page


def test_a_claim_that_changed_meanwhile_is_shown_again_with_what_was_typed(
    world: World, lead: FlaskClient
) -> None:
    trust = factories.organisation("X00001")
    world.record(trust, 9, Delivery.DELIVERED)
    fields = hidden(fetch(lead, FINDING))
    world.record(trust, 9, Delivery.DELIVERED)
    answer = lead.post(FINDING, data={**fields, "outcome": "overturned", "note": "Not what was agreed"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "The record changed since you opened it" in page and "Not what was agreed" in page
    assert "None tested" in row(lead)


def test_not_accepted_without_a_reason_is_refused_and_keeps_the_choice(
    world: World, lead: FlaskClient
) -> None:
    world.record(factories.organisation("X00001"), 9, Delivery.DELIVERED)
    fields = hidden(fetch(lead, FINDING))
    answer = lead.post(FINDING, data={**fields, "outcome": "overturned", "note": ""})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Say what was missing or wrong" in page
    assert re.search(r'value="overturned"[^>]* checked', page)


def test_nothing_claimed_offers_no_form(world: World, lead: FlaskClient) -> None:
    world.record(factories.organisation("X00001"), 9, Delivery.IN_PROGRESS)
    page = fetch(lead, FINDING)
    assert "There is no claim to test" in page and 'name="outcome"' not in page


def test_the_national_bodys_claim_is_verified_by_an_auditor_and_by_no_national_lead(
    world: World, lead: FlaskClient, sign_in: Callable[[object], FlaskClient]
) -> None:
    body = factories.organisation("X00010", "The body", kind=OrganisationKind.NATIONAL_BODY)
    world.record(body, 1, Delivery.DELIVERED)
    address = "/organisations/X00010/recommendations/SEP16-01/finding"
    national = factories.identity_of(world.lead)
    with writing(), pytest.raises(NotAllowed):
        actions.record_finding(national, body, "SEP16-01", Outcome.VERIFIED, "", version=1)
    record = "/organisations/X00010/recommendations/SEP16-01"
    assert lead.get(address).status_code == 403
    told = fetch(lead, record)
    assert address not in told and "Claims of the national body are verified by auditors." in words(told)
    auditor = sign_in(factories.person(Role.AUDITOR, body))
    hers = fetch(auditor, record)
    assert f'href="{address}"' in hers and "are verified by auditors" not in words(hers)
    assert responders(fetch(lead, MATRIX), "national_body", 1)[3] == "None checked"
    fields = hidden(fetch(auditor, address))
    assert auditor.post(address, data={**fields, "outcome": "verified", "note": ""}).status_code == 303
    assert responders(fetch(lead, MATRIX), "national_body", 1)[3] == "1 of 1"


def test_a_finding_on_a_trust_is_offered_to_the_national_lead(world: World, lead: FlaskClient) -> None:
    world.record(factories.organisation("X00001"), 9, Delivery.DELIVERED)
    page = fetch(lead, RECORD)
    assert f'href="{FINDING}"' in page and "verified by auditors" not in words(page)
