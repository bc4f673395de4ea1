"""Who funds and develops the library's resources: what is said where nobody has recorded it, and who keeps it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.library.test_usage_views import DEVELOPMENTS, ago, course, hidden, on, send, text
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import NotAllowed
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.presenters.developing import made_words
from tracker.library.rules.developing import FundingFacts
from tracker.web.transactions import writing

FUNDING = "/resources/funding"


# --- what the catalogue names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made_by, sourced, said",
    [
        ("BMJ Learning", True, "Made by BMJ Learning, as the source says; developer not recorded yet"),
        ("A team", False, "Made by A team, as the library says; developer not recorded yet"),
        ("", True, ""),
        ("", False, ""),
    ],
)
def test_the_maker_that_is_named_stands_where_no_developer_is_recorded(
    made_by: str, sourced: bool, said: str
) -> None:
    assert made_words(made_by, sourced=sourced) == said


def test_the_page_does_not_deny_a_maker_that_the_source_names(app: Flask) -> None:
    factories.catalogue()
    factories.national_library()
    bmj = "Made by BMJ Learning, as the source says; developer not recorded yet"
    page = text(app.test_client().get(FUNDING))
    assert page.count(bmj) == 2
    # The figure stays what somebody recorded.
    assert "funder and developer recorded for 0 of 16" in page
    code = next(
        row.code for row in queries.list_national_resources() if row.title.endswith("Sepsis in children")
    )
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        facts = FundingFacts("", "A team of paediatricians", "", clock.today())
        actions.record_funding(lead, code, facts, version=1)
    page = text(app.test_client().get(FUNDING))
    assert page.count(bmj) == 1 and "A team of paediatricians" in page


def test_words_that_were_changed_are_not_said_to_be_the_source_s(app: Flask) -> None:
    factories.catalogue()
    factories.national_resource("own", "A newer film", made_by="A team")
    page = text(app.test_client().get(FUNDING))
    assert "Made by A team, as the library says; developer not recorded yet" in page


# --- who keeps it -----------------------------------------------------------------------------------------

SAID: dict[str, object] = {"funder": "A fund", "developer": "A university", **on("checked_on", ago(1))}
OF_BODY = "/organisations/X00901/funding/sepsis-film"


@pytest.fixture
def body(trust: OrganisationRef, film: UUID) -> OrganisationRef:
    return factories.organisation("X00901", "National Body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.mark.parametrize("role", [Role.CHAMPION, Role.TRUST_LEAD])
def test_the_national_body_s_own_people_say_who_funds_and_develops(
    app: Flask, body: OrganisationRef, role: Role
) -> None:
    bea = factories.person(role, body, name="Bea Body")
    theirs = factories.signed_in_client(app, bea)
    page = theirs.get(FUNDING)
    assert f'href="{OF_BODY}"' in page.text and "You may change it for National Body." in text(page)
    assert "Who funds and develops it" in text(theirs.get(OF_BODY))
    answer = send(theirs, OF_BODY, SAID)
    assert (answer.status_code, answer.location) == (303, FUNDING)
    page = text(app.test_client().get(FUNDING))
    assert "recorded for 1 of 1" in page and "A university" in page and "Checked on" in page
    # It is in the trail with who did it, and the rules are the same.
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "funding.changed")).one()
    assert event.actor_id == bea.id
    assert send(theirs, OF_BODY, {**SAID, **on("checked_on", ago(-1))}).status_code == 422
    assert theirs.get("/organisations/X00901/funding/no-such").status_code == 404


def test_the_national_lead_and_the_body_do_not_overwrite_each_other(
    app: Flask, body: OrganisationRef
) -> None:
    national = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Nia National"))
    theirs = factories.signed_in_client(app, factories.person(Role.CHAMPION, body, name="Bea Body"))
    opened, lead = hidden(theirs, OF_BODY), "/resources/sepsis-film/funding"
    assert send(national, lead, SAID).status_code == 303
    answer = theirs.post(OF_BODY, data={**opened, **SAID, "funder": "Another fund"})
    assert answer.status_code == 409 and "Nia National saved this" in text(answer)
    assert "Another fund" in text(answer)


def test_nobody_else_keeps_it_and_the_page_says_who_does(
    app: Flask, body: OrganisationRef, champion: FlaskClient
) -> None:
    for client in (app.test_client(), champion):
        page = client.get(FUNDING)
        assert "is kept by the national lead, and by the national body’s own people" in text(page)
        assert "Change" not in text(page) and "You may change it" not in text(page)
    # A trust has no such page, and of the body's it knows nothing.
    assert champion.get("/organisations/X00101/funding/sepsis-film").status_code == 404
    assert champion.get(OF_BODY).status_code == 404
    auditor = factories.signed_in_client(app, factories.person(Role.AUDITOR, body))
    assert auditor.get(OF_BODY).status_code == 403 and "Change" not in text(auditor.get(FUNDING))


@pytest.mark.parametrize("why", ["closed", "beside real ones", "a trust", "a stranger"])
def test_the_action_refuses_whoever_does_not_keep_it(trust: OrganisationRef, film: UUID, why: str) -> None:
    closed_on = ago(9) if why == "closed" else None
    body = factories.organisation(kind=OrganisationKind.NATIONAL_BODY, closed_on=closed_on)
    if why == "beside real ones":
        factories.organisation("RX1", demonstration=False)
    where = trust if why == "a trust" else body
    who = factories.identity_of(factories.person(Role.CHAMPION, trust if why == "a stranger" else where))
    facts = FundingFacts("A fund", "A university", "", ago(1))
    with pytest.raises(NotAllowed), writing():
        actions.record_funding(who, "sepsis-film", facts, version=1, body=where)
    with pytest.raises(NotAllowed), writing():
        actions.record_funding(who, "sepsis-film", facts, version=1)
    assert queries.get_national_resource("sepsis-film").version == 1


def test_an_invented_body_changes_nothing_that_real_readers_read(app: Flask, body: OrganisationRef) -> None:
    """The library stands in both worlds: beside real organisations only a real body keeps it."""
    theirs = factories.signed_in_client(app, factories.person(Role.CHAMPION, body))
    opened = hidden(theirs, OF_BODY)
    real = factories.organisation("T1510", kind=OrganisationKind.NATIONAL_BODY, demonstration=False)
    assert theirs.get(OF_BODY).status_code == 403 and "Change" not in text(theirs.get(FUNDING))
    assert theirs.post(OF_BODY, data={**opened, **SAID}).status_code == 403
    of_real = factories.signed_in_client(app, factories.person(Role.CHAMPION, real))
    assert send(of_real, "/organisations/T1510/funding/sepsis-film", SAID).status_code == 303


# --- what is in use already -------------------------------------------------------------------------------


def test_local_training_in_use_is_recorded_with_who_pays_and_who_makes_it(
    app: Flask, champion: FlaskClient
) -> None:
    page = champion.get(FUNDING)
    assert "in use already" in text(page) and f'href="{DEVELOPMENTS}"' in page.text
    visitor = app.test_client()
    assert "in use already" in text(visitor.get(FUNDING)) and DEVELOPMENTS not in visitor.get(FUNDING).text
    form = text(champion.get(f"{DEVELOPMENTS}/new"))
    assert "Finished People can use it" in form
    given = {
        "stage": "finished",
        "funder": "Our charity",
        "developer": "Our team",
        **on("starts_on", ago(900)),
    }
    assert send(champion, f"{DEVELOPMENTS}/new", course(**given)).status_code == 303
    page = text(visitor.get(FUNDING))
    assert "Finished Local · Northmoor Hospitals" in page
    assert "Paid for by Our charity · made by Our team" in page
