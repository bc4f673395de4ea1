"""Writing the register: versions, conflicts, what the trail is told, and what it is never told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.measures.incidents import actions, queries
from tracker.measures.incidents.models import Incident
from tracker.measures.incidents.models import Nil as NilRow
from tracker.measures.incidents.rules import (
    Facts,
    Framework,
    Loop,
    NilFacts,
    Resource,
    Response,
    Theme,
    Training,
)
from tracker.web.transactions import writing

CANARY = "yellowhammer"
FACTS = Facts(
    f"{CANARY}-1", Framework.PSIRF, Response.SWARM, date(2025, 9, 1), f"{CANARY} ward", Theme.FLUIDS,
    f"{CANARY} learnt",
)  # fmt: skip
LOOP = Loop(
    f"{CANARY} learnt", date(2025, 10, 1), date(2025, 10, 8), None, Resource.OWN, f"{CANARY} slides", None,
    Training.CHANGED, f"{CANARY} changed", date(2025, 11, 1), "", date(2025, 11, 2),
)  # fmt: skip
NONE = NilFacts(date(2024, 1, 1), date(2024, 12, 1), f"{CANARY} team", f"{CANARY} name", date(2025, 1, 10))


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00901")


@pytest.fixture
def champion(trust: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, trust))


@pytest.fixture
def entered(champion: Identity, trust: OrganisationRef) -> Incident:
    with writing():
        return actions.add_incident(champion, trust, FACTS)


def versions() -> list[Incident]:
    return list(db.session.scalars(select(Incident).order_by(Incident.entity_id, Incident.version)))


def events() -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.type == "incidents.changed")
    return list(db.session.scalars(query.order_by(AuditEvent.seq)))


def test_each_step_is_a_version_and_nothing_is_overwritten(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    item = entered.entity_id
    with writing():
        actions.record_loop(champion, trust, item, LOOP, version=1)
    with writing():
        actions.change_incident(champion, trust, item, replace(FACTS, theme=Theme.TESTS), version=2)
    with writing():
        actions.remove_incident(champion, trust, item, "Entered twice", version=3)
    found = versions()
    assert [each.version for each in found] == [1, 2, 3, 4]
    assert [each.superseded_at for each in found[:-1]] == [each.recorded_at for each in found[1:]]
    assert (found[0].closed_on, found[1].closed_on, found[2].theme) == (None, date(2025, 11, 2), Theme.TESTS)
    assert found[2].resource_title == f"{CANARY} slides", "a change of the facts leaves the loop alone"
    assert len(events()) == 4
    with pytest.raises(NotFound):
        queries.get_incident(champion, trust.id, item)
    assert queries.get_incident(champion, trust.id, item, removed=True).removed_reason == "Entered twice"


def test_the_trail_holds_a_fingerprint_and_not_a_word(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    item = entered.entity_id
    with writing():
        actions.record_loop(champion, trust, item, LOOP, version=1)
        actions.confirm_none(champion, trust, NONE)
    with writing():
        actions.remove_incident(champion, trust, item, f"{CANARY} reason", version=2)
    for event in events():
        assert CANARY not in event.header and str(item) not in event.header
        assert json.loads(event.header)["subject"] == {"kind": "incidents", "code": "register"}
        assert set(json.loads(event.header)["public"]) == {"sha256"}
    assert db.session.scalars(select(AuditPrivate).where(AuditPrivate.chain_id == trust.id)).all() == []


def test_a_row_can_be_held_against_its_fingerprint(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    with writing():
        actions.record_loop(champion, trust, entered.entity_id, LOOP, version=1)
    db.session.expire_all()
    told = [json.loads(each.header)["public"]["sha256"] for each in events()]
    assert [actions.fingerprint(each) for each in versions()] == told
    versions()[0].learning = "Something else"
    assert actions.fingerprint(versions()[0]) != told[0]
    db.session.rollback()


def test_the_second_editor_is_told(champion: Identity, trust: OrganisationRef, entered: Incident) -> None:
    item = entered.entity_id
    with writing():
        actions.record_loop(champion, trust, item, Loop(), version=1)
    for act in (
        lambda: actions.record_loop(champion, trust, item, LOOP, version=1),
        lambda: actions.change_incident(champion, trust, item, FACTS, version=1),
        lambda: actions.remove_incident(champion, trust, item, "No", version=1),
    ):
        with pytest.raises(Conflict) as conflict, writing():
            act()
        assert conflict.value.current_version == 2
    assert len(versions()) == 2


def test_a_reference_is_in_the_register_once(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    with pytest.raises(RuleBroken, match="in the register already"), writing():
        actions.add_incident(champion, trust, replace(FACTS, reference=FACTS.reference.upper()))
    with writing():
        actions.change_incident(champion, trust, entered.entity_id, FACTS, version=1)
    other = factories.organisation("X00902")
    with writing():
        actions.add_incident(factories.identity_of(factories.person(Role.CHAMPION, other)), other, FACTS)
    assert len(versions()) == 3


def test_a_department_keeps_the_spelling_of_the_register(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    with writing():
        wanted = replace(FACTS, reference="2", department=f"  {CANARY.upper()}   WARD ")
        actions.add_incident(champion, trust, wanted)
    assert queries.list_departments(champion, trust.id) == [f"{CANARY} ward"]


def test_the_month_cannot_move_behind_what_followed(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    with writing():
        actions.record_loop(champion, trust, entered.entity_id, LOOP, version=1)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.change_incident(
            champion, trust, entered.entity_id, replace(FACTS, month=date(2025, 11, 1)), version=2
        )
    assert {field for field, _message in broken.value.problems} == {"month"}


def test_what_somebody_has_looked_at_is_not_asked_about_again(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    item, text = entered.entity_id, "Dr Foster figures were read out"
    with pytest.raises(RuleBroken), writing():
        actions.record_loop(champion, trust, item, replace(LOOP, learning=text), version=1)
    with writing():
        actions.record_loop(champion, trust, item, replace(LOOP, learning=text), version=1, looked=True)
    with writing():
        wanted = replace(LOOP, learning=text, closed_on=None)
        assert actions.record_loop(champion, trust, item, wanted, version=2).text_checked
    with pytest.raises(RuleBroken), writing():
        actions.record_loop(champion, trust, item, replace(LOOP, learning=f"{text} by Mrs Smith"), version=3)


def test_none_is_confirmed_and_taken_back(
    champion: Identity, trust: OrganisationRef, entered: Incident
) -> None:
    with pytest.raises(RuleBroken, match="The register holds 1 incident"), writing():
        actions.confirm_none(
            champion, trust, replace(NONE, last=date(2025, 9, 1), confirmed_on=date(2025, 10, 2))
        )
    with writing():
        nil = actions.confirm_none(champion, trust, NONE)
    with pytest.raises(Conflict), writing():
        actions.take_back_none(champion, trust, nil.entity_id, "One was found", version=7)
    with writing():
        actions.take_back_none(champion, trust, nil.entity_id, "One was found", version=1)
    assert queries.list_nils(champion, trust.id) == []
    assert db.session.scalars(select(NilRow.version).order_by(NilRow.version)).all() == [1, 2]


@pytest.mark.parametrize("role", [Role.NATIONAL_LEAD, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_from_outside_writes(trust: OrganisationRef, role: Role, entered: Incident) -> None:
    place = trust if role is Role.AUDITOR else None
    outsider = factories.identity_of(factories.person(role, place))
    for act in (
        lambda: actions.add_incident(outsider, trust, replace(FACTS, reference="3")),
        lambda: actions.record_loop(outsider, trust, entered.entity_id, LOOP, version=1),
        lambda: actions.confirm_none(outsider, trust, NONE),
    ):
        with pytest.raises(NotAllowed), writing():
            act()


def test_a_closed_trust_is_read_only(app: Flask) -> None:
    closed = factories.organisation(closed_on=date(2024, 3, 31))
    champion = factories.identity_of(factories.person(Role.CHAMPION, closed))
    with pytest.raises(NotAllowed), writing():
        actions.add_incident(champion, closed, FACTS)
