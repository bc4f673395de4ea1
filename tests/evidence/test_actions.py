"""Writes of evidence: who may, what each tells the trail, what stands afterwards."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit import actions as audit
from tracker.audit.models import AuditEvent
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.evidence import actions, queries
from tracker.evidence.actions import ItemInput, Received
from tracker.evidence.models import EvidenceItem, HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.web.transactions import writing

WANTED = ItemInput(
    title="Champion rota",
    shows="",
    kind=EvidenceKind.ROTA,
    dated_on=date(2026, 9, 1),
    valid_until=None,
    link="https://intranet.example/rota",
    recommendations=("SEP16-12",),
)


@pytest.fixture(autouse=True)
def rolled_back(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101")


@pytest.fixture
def champion(ours: OrganisationRef) -> Person:
    return factories.person(Role.CHAMPION, ours)


@pytest.fixture
def her(champion: Person) -> Identity:
    return identity_of(champion)


def add(identity: Identity, organisation: OrganisationRef, wanted: ItemInput = WANTED) -> EvidenceItem:
    with writing():
        item = actions.add_item(identity, organisation, wanted, [])
        item_id = item.entity_id
    return queries.get_item(identity, organisation.id, item_id).item


def hold(
    identity: Identity, organisation: OrganisationRef, content: bytes, name: str = "a.txt"
) -> HeldUpload:
    with writing():
        held, problems = actions.receive_files(identity, organisation, [Received(name, io.BytesIO(content))])
        assert not problems
        ids = [each.id for each in held]
    return queries.list_held(identity, organisation.id, ids)[0]


def events(organisation: OrganisationRef) -> list[str]:
    query = select(AuditEvent.type).where(AuditEvent.chain_id == organisation.id).order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


def public_of_last(organisation: OrganisationRef) -> dict[str, object]:
    query = (
        select(AuditEvent.header)
        .where(AuditEvent.chain_id == organisation.id)
        .order_by(AuditEvent.seq.desc())
    )
    header = db.session.scalars(query).first()
    assert header is not None
    found: dict[str, object] = json.loads(header)["public"]
    return found


@pytest.mark.parametrize(
    "field,change",
    [
        ("title", {"title": ""}),
        ("dated_on", {"dated_on": None}),
        ("dated_on", {"dated_on": clock.today() + timedelta(days=1)}),
        ("valid_until", {"valid_until": date(2026, 8, 31)}),
        ("files", {"link": None}),
        ("link", {"link": "ftp://example.org/"}),
        ("recommendations", {"recommendations": ()}),
        ("recommendations", {"recommendations": ("SEP16-01",)}),
        ("shows", {"shows": "Patient 943 476 5919"}),
    ],
)
def test_what_an_item_needs(
    her: Identity, ours: OrganisationRef, field: str, change: dict[str, object]
) -> None:
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_item(her, ours, replace(WANTED, **change), [])  # type: ignore[arg-type]
    assert [name for name, _message in broken.value.problems] == [field]
    assert events(ours) == []


def test_only_members_of_an_open_organisation_write(her: Identity, ours: OrganisationRef) -> None:
    others = factories.organisation("X00102")
    with pytest.raises(NotAllowed), writing():
        actions.add_item(her, others, WANTED, [])
    with pytest.raises(NotAllowed), writing():
        actions.add_item(her, replace(ours, is_open=False), WANTED, [])
    item = add(her, ours)
    stranger = identity_of(factories.person(Role.CHAMPION, others))
    with pytest.raises(NotFound):
        queries.get_item(stranger, ours.id, item.entity_id)


def test_linking_adds_and_never_takes_away(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    with writing():
        actions.link_item(her, ours, item.entity_id, ["SEP16-09", "SEP16-12"])
    assert queries.list_subjects(her, ours.id, [item.entity_id])[item.entity_id] == ("SEP16-09", "SEP16-12")
    assert public_of_last(ours)["added"] == ["SEP16-09"]
    assert queries.get_item(her, ours.id, item.entity_id).item.version == 2
    with writing():
        actions.link_item(her, ours, item.entity_id, ["SEP16-09"])
    assert events(ours) == ["evidence.added", "evidence.linked"]


def test_linking_what_is_not_owed_or_out_of_use(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    for codes in ([], ["SEP16-01"], ["SEP16-99"]):
        with pytest.raises(RuleBroken), writing():
            actions.link_item(her, ours, item.entity_id, codes)
    with writing():
        actions.withdraw_item(her, ours, item.entity_id, "Replaced", version=1)
    with pytest.raises(RuleBroken, match="taken out of use"), writing():
        actions.link_item(her, ours, item.entity_id, ["SEP16-09"])


def test_changing_needs_the_version_that_stands(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    with writing():
        actions.change_item(her, ours, item.entity_id, replace(WANTED, title="Rota"), version=1)
    with pytest.raises(Conflict) as conflict, writing():
        actions.change_item(her, ours, item.entity_id, replace(WANTED, title="Other"), version=1)
    assert conflict.value.current_version == 2
    assert [each.title for each in queries.list_versions(her, ours.id, item.entity_id)] == [
        "Rota",
        "Champion rota",
    ]


def test_changing_nothing_writes_nothing(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    with writing():
        actions.change_item(her, ours, item.entity_id, WANTED, version=1)
    assert events(ours) == ["evidence.added"]


def test_files_take_the_next_revisions(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    for content, replaces in ((b"one", None), (b"two", 1), (b"three", None)):
        held = hold(her, ours, content)
        with writing():
            held = queries.list_held(her, ours.id, [held.id])[0]
            actions.add_files(her, ours, item.entity_id, [held], replaces=replaces)
    standing = queries.get_item(her, ours.id, item.entity_id).files
    assert [(file.revision, file.replaces) for file in standing] == [(2, 1), (3, None)]
    held = hold(her, ours, b"four")
    with pytest.raises(RuleBroken, match="not been replaced"), writing():
        actions.add_files(her, ours, item.entity_id, [held], replaces=1)


def test_a_held_file_is_used_once(her: Identity, ours: OrganisationRef) -> None:
    item, held = add(her, ours), hold(her, ours, b"one")
    with writing():
        actions.add_files(
            her, ours, item.entity_id, queries.list_held(her, ours.id, [held.id]), replaces=None
        )
    assert queries.list_held(her, ours.id, [held.id]) == []


def test_bytes_outlive_a_transaction_that_fails(her: Identity, ours: OrganisationRef) -> None:
    held = hold(her, ours, b"one")
    with pytest.raises(RuleBroken), writing():
        actions.add_item(her, ours, replace(WANTED, title=""), queries.list_held(her, ours.id, [held.id]))
    assert [each.id for each in queries.list_held(her, ours.id, [held.id])] == [held.id]
    assert actions.store().verify(ours.id, held.sha256)


def test_proof_that_is_here_already_is_linked_and_says_who(her: Identity, ours: OrganisationRef) -> None:
    item, first = add(her, ours), hold(her, ours, b"one")
    with writing():
        actions.add_files(
            her, ours, item.entity_id, queries.list_held(her, ours.id, [first.id]), replaces=None
        )
    second = hold(her, ours, b"one")
    lead = identity_of(factories.person(Role.TRUST_LEAD, ours))
    with writing():
        chain = audit.open_chain(ours.id)
        actions.add_proof(
            her, ours, "SEP16-13", held=[second.id], link=None, valid_until=None, chain=chain
        )  # fmt: skip
    subjects = queries.list_subjects(lead, ours.id, [item.entity_id])
    assert subjects[item.entity_id] == ("SEP16-12", "SEP16-13")
    assert queries.get_item(lead, ours.id, item.entity_id).item.author_id == her.user_id
    assert queries.count_register(lead, ours.id, queries.RegisterFilter()) == 1


def test_a_download_is_an_event_with_the_fingerprint(her: Identity, ours: OrganisationRef) -> None:
    item, held = add(her, ours), hold(her, ours, b"one")
    with writing():
        actions.add_files(
            her, ours, item.entity_id, queries.list_held(her, ours.id, [held.id]), replaces=None
        )
    with writing():
        actions.record_download(her, ours, queries.get_file(her, ours.id, item.entity_id, 1))
    assert events(ours)[-1] == "evidence.downloaded"
    assert public_of_last(ours)["sha256"] == queries.get_file(her, ours.id, item.entity_id, 1).sha256
