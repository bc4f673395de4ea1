"""Two trusts with a history, real files in a real store, and the people who may or may not take a pack of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Person, identity_of
from tests.page import TrackerClient
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import Delivery
from tracker.database import WRITING, new_id
from tracker.evidence import actions as evidence
from tracker.evidence import queries as evidence_queries
from tracker.evidence.actions import ItemInput
from tracker.evidence.models import HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput, Proof
from tracker.progress.rules import Confidence, Position
from tracker.web.transactions import writing

REC, OTHER = "SEP16-12", "SEP16-13"
ROTA, ROTA_AGAIN, OLD_POLICY = b"Champion rota, autumn", b"Champion rota, winter", b"The policy of long ago"


class Hers(TrackerClient):
    """Each request in a context of its own, as on a server: two people must not share what one request remembers."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass(frozen=True)
class World:
    ours: OrganisationRef
    theirs: OrganisationRef
    champion: Person
    lead: Person
    stranger: Person
    national: Person
    auditor: Person
    administrator: Person


@pytest.fixture(autouse=True)
def _own_context(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        request.getfixturevalue("app").test_client_class = Hers
        WRITING.set(False)


@pytest.fixture
def world(app: Flask) -> World:
    factories.catalogue()
    ours = factories.organisation("X00101", "NORTHMOOR UNIVERSITY HOSPITALS", region="Y60")
    theirs = factories.organisation("X00102", "Southmoor Hospitals")
    made = World(
        ours=ours,
        theirs=theirs,
        champion=factories.person(Role.CHAMPION, ours, name="Asha Patel"),
        lead=factories.person(Role.TRUST_LEAD, ours, name="Lou Lead"),
        stranger=factories.person(Role.TRUST_LEAD, theirs, name="Sam Stranger"),
        national=factories.person(Role.NATIONAL_LEAD, name="Nia National"),
        auditor=factories.person(
            Role.AUDITOR, ours, until=clock.today() + timedelta(days=30), name="Ada Auditor"
        ),
        administrator=factories.person(Role.ADMINISTRATOR, name="Ed Admin"),
    )
    _history_of_ours(made)
    record(made.stranger, theirs, Delivery.NOT_STARTED)
    return made


def _history_of_ours(world: World) -> None:
    champion, ours = world.champion, world.ours
    record(
        champion,
        ours,
        Delivery.IN_PROGRESS,
        confidence=Confidence.ON_TRACK,
        accountable_person="Beatrice Named",
    )
    held = hold(champion, ours, "Champion rota.txt", ROTA)
    with writing():
        progress.record_step(
            identity_of(champion),
            ours,
            REC,
            Position(Delivery.DELIVERED, summary='=HYPERLINK("x")', delivered_on=date(2025, 9, 1)),
            Proof(held=(held,)),
            version=1,
        )
    with writing():
        progress.agree_progress(
            identity_of(world.lead),
            ours,
            REC,
            forum="Deteriorating Patient Group",
            forum_on=date(2025, 10, 1),
            version=2,
        )
    item = rota(world)
    replace_file(champion, ours, item)
    withdrawn = add_item(champion, ours, "Old policy", OLD_POLICY)
    with writing():
        evidence.withdraw_item(identity_of(champion), ours, withdrawn, "It was superseded.", version=1)
    add_item(champion, ours, "Page on the intranet", None)
    with writing():
        made = progress.add_action(
            identity_of(champion),
            ours,
            REC,
            ActionInput("Find a deputy", "Beatrice Named", date(2025, 1, 1), None),
        )
        action_id = made.entity_id
    with writing():
        wanted = ActionInput("Find a deputy", "Beatrice Named", date(2025, 1, 1), date(2025, 2, 1))
        progress.change_action(identity_of(champion), ours, action_id, wanted, version=1)


def record(
    someone: Person,
    organisation: OrganisationRef,
    delivery: Delivery,
    code: str = REC,
    version: int = 0,
    **more: Any,
) -> None:
    with writing():
        progress.record_progress(
            identity_of(someone), organisation, code, Position(delivery, **more), version=version
        )


def hold(someone: Person, organisation: OrganisationRef, name: str, content: bytes) -> UUID:
    """A file that has arrived and was checked: straight into the store, for the checking is tested elsewhere."""
    store = evidence.store()
    incoming = store.receive(io.BytesIO(content), 10_000_000)
    store.keep(organisation.id, incoming)
    with writing():
        row = HeldUpload(
            organisation_id=organisation.id, id=new_id(), user_id=someone.id, sha256=incoming.sha256,
            size=incoming.size, file_name=name, content_type="text/plain", held_at=clock.now(),
        )  # fmt: skip
        db.session.add(row)
        return row.id


def add_item(someone: Person, organisation: OrganisationRef, title: str, content: bytes | None) -> UUID:
    held = [] if content is None else [hold(someone, organisation, f"{title}.txt", content)]
    link = None if content is not None else "https://intranet.example/sepsis"
    wanted = ItemInput(title, "", EvidenceKind.POLICY, date(2025, 9, 1), None, link, (REC,))
    with writing():
        uploads = evidence_queries.list_held(identity_of(someone), organisation.id, held)
        return evidence.add_item(identity_of(someone), organisation, wanted, uploads).entity_id


def rota(world: World) -> UUID:
    identity = identity_of(world.champion)
    found = evidence_queries.list_for_recommendation(identity, world.ours.id, REC)
    item = found[0].item.entity_id
    db.session.rollback()
    return item


def replace_file(someone: Person, organisation: OrganisationRef, item: UUID) -> None:
    held = hold(someone, organisation, "Champion rota.txt", ROTA_AGAIN)
    with writing():
        uploads = evidence_queries.list_held(identity_of(someone), organisation.id, [held])
        evidence.add_files(identity_of(someone), organisation, item, uploads, replaces=1)


@pytest.fixture
def browse(app: Flask, sign_in: Callable[[object], FlaskClient]) -> Callable[[Person], FlaskClient]:
    """A browser in which somebody is signed in; what the test itself read is let go first."""

    def browser(someone: Person) -> FlaskClient:
        client = sign_in(someone)
        db.session.rollback()
        return client

    return browser


def question(day: date | None = None, **more: Any) -> dict[str, Any]:
    day = day or clock.today()
    asked = {"who": "all", "as_at-day": day.day, "as_at-month": day.month, "as_at-year": day.year}
    return {**asked, **more}


def hidden_fields(page: str) -> dict[str, list[str]]:
    """The hidden inputs of the page's own form."""
    form = page[page.index('action="/exports"') :]
    found: dict[str, list[str]] = {}
    for piece in form[: form.index("</form>")].split('<input type="hidden" name="')[1:]:
        name, rest = piece.split('"', 1)
        found.setdefault(name, []).append(rest.split('value="', 1)[1].split('"', 1)[0])
    return found


def ask(client: FlaskClient, day: date | None = None, **more: Any) -> str:
    """Preview and save; the address of the download."""
    page = client.get("/exports/preview", query_string=question(day, **more))
    assert page.status_code == 200, page.get_data(as_text=True)
    answer = client.post("/exports", data=hidden_fields(page.get_data(as_text=True)))
    assert answer.status_code == 303
    return answer.location.removesuffix("/ready")
