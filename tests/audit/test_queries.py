"""Reading the trail: who may see which chain, and what a filter narrows it to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit import queries
from tracker.audit.actions import open_chain, record
from tracker.audit.models import PLATFORM
from tracker.audit.queries import TrailFilter
from tracker.extensions import db
from tracker.web.transactions import writing


@pytest.fixture
def trusts(app: Flask):
    ours, theirs = factories.organisation("X00101"), factories.organisation("X00102")
    actor = factories.person(Role.CHAMPION, ours)
    for chain_id, name in (
        (ours.id, "progress.recorded"),
        (theirs.id, "progress.confirmed"),
        (None, "page.read"),
    ):
        with writing():
            record(
                open_chain(chain_id), name, actor_id=actor.id, subject=("recommendation", "SEP16-12"),
                private={"note": "In private"} if name == "progress.recorded" else {},
            )  # fmt: skip
    return ours, theirs, actor


def seen(someone, **narrowed):
    rows = queries.list_trail(identity_of(someone), TrailFilter(**narrowed), limit=50, offset=0)
    assert len(rows) == queries.count_trail(identity_of(someone), TrailFilter(**narrowed))
    return {row.chain_id for row in rows}


def test_each_sees_the_chains_of_her_scope(trusts) -> None:
    ours, theirs, champion = trusts
    assert seen(factories.person(Role.NATIONAL_LEAD)) == {ours.id, theirs.id, PLATFORM}
    assert seen(factories.person(Role.AUDITOR, ours)) == {ours.id}
    assert seen(factories.person(Role.AUDITOR, [ours, theirs])) == {ours.id, theirs.id}
    assert seen(factories.person(Role.TRUST_LEAD, theirs)) == {theirs.id}
    assert seen(champion) == {ours.id}
    assert seen(factories.person(Role.ADMINISTRATOR)) == {PLATFORM}
    assert seen(factories.person()) == set()
    assert seen(factories.person(Role.AUDITOR, ours, until=clock.today() - timedelta(days=1))) == set()


def test_a_filter_never_widens(trusts) -> None:
    ours, theirs, champion = trusts
    auditor = factories.person(Role.AUDITOR, ours)
    assert seen(auditor, chain_id=theirs.id) == seen(auditor, chain_id=PLATFORM) == set()
    assert seen(auditor, actor_id=champion.id) == {ours.id}
    assert seen(factories.person(Role.ADMINISTRATOR), chain_id=ours.id) == set()


def test_a_filter_narrows(trusts) -> None:
    ours, theirs, _champion = trusts
    national = factories.person(Role.NATIONAL_LEAD)
    assert seen(national, type="progress.confirmed") == {theirs.id}
    assert seen(national, chain_id=PLATFORM) == {PLATFORM}
    assert seen(national, actor_id=national.id) == set()
    assert seen(national, since=clock.now() + timedelta(minutes=1)) == set()
    assert seen(national, until=clock.now() - timedelta(days=1)) == set()
    assert seen(national, subject_kind="recommendation", subject_code="SEP16-12", chain_id=ours.id) == {
        ours.id
    }


def test_a_text_that_was_taken_out_is_told_from_none(trusts) -> None:
    national = factories.person(Role.NATIONAL_LEAD)
    rows = queries.list_trail(identity_of(national), TrailFilter(), limit=50, offset=0)
    assert {row.type: row.private for row in rows}["progress.recorded"] == {"note": "In private"}
    db.session.rollback()
    with writing():
        db.session.execute(db.text("UPDATE audit_private SET body = NULL, salt = NULL"))
    rows = queries.list_trail(identity_of(national), TrailFilter(), limit=50, offset=0)
    private = {row.type: row.private for row in rows}
    assert private["progress.recorded"] is None and private["progress.confirmed"] == {}


def test_what_was_read_today_is_known(trusts) -> None:
    _ours, _theirs, champion = trusts
    subject, midnight = ("recommendation", "SEP16-12"), clock.end_of_day(clock.today() - timedelta(days=1))
    assert queries.has_event_today(champion.id, "page.read", subject, midnight)
    assert not queries.has_event_today(champion.id, "page.read", ("recommendation", "SEP16-13"), midnight)


def test_a_chain_can_be_read_to_a_cut_off(trusts) -> None:
    ours, _theirs, champion = trusts
    with writing():
        record(
            open_chain(ours.id),
            "progress.confirmed",
            actor_id=champion.id,
            subject=("recommendation", "SEP16-12"),
        )
    assert [event.seq for event in queries.iter_chain(ours.id)] == [1, 2]
    assert [event.seq for event in queries.iter_chain(ours.id, 1)] == [1]
    assert list(queries.iter_chain(ours.id, 0)) == []
