"""The audit trail over HTTP: in plain words, narrowed by the address, and never beyond somebody's scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Person
from tests.page import TrackerClient
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.actions import open_chain, record
from tracker.audit.rules import Detail, describe
from tracker.database import WRITING
from tracker.extensions import db
from tracker.web.transactions import writing

Browse = Callable[[Person], FlaskClient]


class Hers(TrackerClient):
    """Each request in a context of its own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass(frozen=True)
class World:
    ours: OrganisationRef
    theirs: OrganisationRef
    champion: Person
    lead: Person
    national: Person
    auditor: Person
    administrator: Person


@pytest.fixture
def world(app: Flask) -> World:
    app.test_client_class = Hers
    WRITING.set(False)
    factories.catalogue()
    ours = factories.organisation("X00101", "Northmoor University Hospitals")
    theirs = factories.organisation("X00102", "Southmoor Hospitals")
    made = World(
        ours=ours,
        theirs=theirs,
        champion=factories.person(Role.CHAMPION, ours, name="Asha Patel"),
        lead=factories.person(Role.TRUST_LEAD, theirs, name="Asha Other"),
        national=factories.person(Role.NATIONAL_LEAD, name="Nia National"),
        auditor=factories.person(Role.AUDITOR, ours, name="Ada Auditor"),
        administrator=factories.person(Role.ADMINISTRATOR, name="Ed Admin"),
    )
    changed = {
        "delivery": {"old": "in_progress", "new": "delivered"},
        "due_on": {"old": None, "new": "2026-03-31"},
    }
    told = {"summary": {"old": "", "new": "<b>A champion</b> in each department"}}
    _tell(ours.id, "progress.recorded", made.champion, changed, told)
    _tell(theirs.id, "progress.confirmed", made.lead)
    return made


def _tell(chain_id: Any, type: str, who: Person, public: Any = None, private: Any = None) -> None:
    with writing():
        subject = ("recommendation", "SEP16-12")
        record(open_chain(chain_id), type, actor_id=who.id, subject=subject, public=public, private=private)


@pytest.fixture
def browse(sign_in: Callable[[object], FlaskClient]) -> Browse:
    def browser(someone: Person) -> FlaskClient:
        client = sign_in(someone)
        db.session.rollback()
        return client

    return browser


def shown(client: FlaskClient, **query: Any) -> str:
    answer = client.get("/audit", query_string=query)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_an_event_is_told_in_plain_words(world: World, browse: Browse) -> None:
    page = shown(browse(world.auditor))
    assert "Progress recorded" in page and "Asha Patel, " in page
    assert "Northmoor University Hospitals (X00101)" in page
    assert "<del>Started</del>" in page and "<ins>In place</ins>" in page
    assert "Due: 31 March 2026" in page
    assert "&lt;b&gt;A champion&lt;/b&gt;" in page
    assert "Event 1 of this trail, fingerprint " in page


def test_an_auditor_sees_her_organisations_alone(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    page = shown(client)
    for hidden in ("X00102", "Southmoor", "Asha Other", "Catalogue read from its files</strong>"):
        assert hidden not in page
    assert "no organisation with this code" in shown(client, organisation="X00102")
    assert "no organisation with this code" in shown(client, organisation="X99999")
    assert "Nobody whom you may see" in shown(client, person="Asha Other")
    assert "Nobody whom you may see" in shown(client, person=str(world.lead.id))


def test_a_national_lead_sees_everything_and_narrows_it(world: World, browse: Browse) -> None:
    client = browse(world.national)
    page = shown(client)
    assert "X00101" in page and "X00102" in page and "<strong>Catalogue read from its files</strong>" in page
    narrowed = shown(client, organisation=" x00102 ")
    assert "Southmoor" in narrowed and "Northmoor" not in narrowed
    assert "Northmoor" not in shown(client, type="progress.confirmed")
    today = clock.today()
    assert "Northmoor" in shown(
        client, since=f"{today.day}/{today.month}/{today.year}", until=today.isoformat()
    )
    assert "Nothing happened that is like this" in shown(client, until="31 March 2020")


def test_people_are_found_by_name_and_one_is_chosen_of_several(world: World, browse: Browse) -> None:
    client = browse(world.national)
    page = shown(client, person="asha", organisation="")
    assert "Whom do you mean?" in page and str(world.champion.id) in page
    # Words of the address are words of its query, whatever they are.
    odd = shown(client, person="asha", endpoint="x", _scheme="javascript", _external="1")
    assert "Whom do you mean?" in odd and "javascript:" not in odd
    one = shown(client, person=str(world.lead.id))
    assert "Southmoor" in one and "Northmoor" not in one
    assert "Northmoor" in shown(client, person="asha patel")
    assert "Northmoor" in shown(client, person=world.champion.email)


def test_an_administrator_sees_the_platform_alone(world: World, browse: Browse) -> None:
    page = shown(browse(world.administrator))
    assert "<strong>Catalogue read from its files</strong>" in page
    assert "X00101" not in page and "Code of the organisation" not in page


@pytest.mark.parametrize("who", ["champion", "lead"])
def test_members_of_a_trust_have_their_own_history_instead(world: World, browse: Browse, who: str) -> None:
    assert browse(getattr(world, who)).get("/audit").status_code == 403


def test_fifty_events_a_page_and_the_filter_stays(world: World, browse: Browse) -> None:
    with writing():
        chain = open_chain(world.ours.id)
        for _ in range(60):
            subject = ("recommendation", "SEP16-13")
            record(chain, "progress.confirmed", actor_id=world.champion.id, subject=subject)
    client = browse(world.auditor)
    first = shown(client, type="progress.confirmed")
    assert first.count("app-history__entry") == 50
    assert "type=progress.confirmed" in first and "page=2" in first
    assert shown(client, type="progress.confirmed", page=2).count("app-history__entry") == 10


@pytest.mark.parametrize(
    "query",
    [
        {"since": "31 2 2026"},
        {"until": "last week"},
        {"since": "2 February 2026", "until": "1.2.2026"},
        {"type": "progress.invented"},
    ],
)
def test_a_question_that_makes_no_sense_is_shown_again(
    world: World, browse: Browse, query: dict[str, str]
) -> None:
    assert browse(world.national).get("/audit", query_string=query).status_code == 422


def test_a_text_that_was_taken_out_is_said(world: World, browse: Browse) -> None:
    with writing():
        db.session.execute(db.text("UPDATE audit_private SET body = NULL, salt = NULL"))
    page = shown(browse(world.auditor))
    assert "removed for confidentiality" in page and "A champion" not in page


def test_details_leave_out_what_only_machines_compare() -> None:
    public = {
        "entry_id": "x",
        "version": 3,
        "recommendations": ["SEP16-12"],
        "sha256": "ab" * 32,
        "size": 1234,
    }
    assert describe("evidence.file_added", public, {"file_name": "rota.pdf"}) == (
        Detail("File", None, "rota.pdf"),
        Detail("Bytes", None, "1,234"),
        Detail("Fingerprint", None, "abababababab"),
        Detail("Recommendations", None, "12"),
    )
