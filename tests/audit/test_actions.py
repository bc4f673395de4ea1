"""Writing the trail on a real database: chained, in sequence, append-only, and never with an undeclared key."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests import factories
from tracker.audit import actions, queries, rules
from tracker.audit.actions import difference, open_chain, open_chains, record
from tracker.audit.models import PLATFORM, AuditEvent, AuditPrivate, ChainHead
from tracker.extensions import db
from tracker.web.transactions import writing

SUBJECT = ("recommendation", "SEP16-12")
COPIED = (
    "INSERT INTO audit_events SELECT chain_id, seq + {seq}, type, at, actor_id, subject_kind, subject_code,"
    " header, prev, hash FROM audit_events WHERE seq = 1"
)


def tell(organisation_id=None, count=1, **private):
    with writing():
        chain = open_chain(organisation_id)
        for number in range(count):
            public = {"delivery": difference({}, {"delivery": f"step {number}"})["delivery"]}
            record(chain, "progress.recorded", actor_id=None, subject=SUBJECT, public=public, private=private)


def checked(chain_id):
    head = queries.head_of(db.session.get_one(ChainHead, chain_id))
    return rules.verify_chain(queries.iter_chain(chain_id), chain=actions.chain_name(chain_id), head=head)


def test_each_organisation_has_a_chain_of_its_own(app: Flask) -> None:
    one, two = factories.organisation(), factories.organisation()
    tell(one.id, 3, note="In private")
    tell(two.id)
    tell(one.id)
    tell()
    for chain_id, count in ((one.id, 4), (two.id, 1), (PLATFORM, 1)):
        result = checked(chain_id)
        assert result.ok and result.count == count


def test_an_undeclared_key_writes_nothing(app: Flask) -> None:
    with pytest.raises(ValueError), writing():
        record(
            open_chain(), "progress.recorded", actor_id=None, subject=SUBJECT, public={"summary": "In clear"}
        )
    with pytest.raises(ValueError), writing():
        record(open_chain(), "progress.invented", actor_id=None, subject=SUBJECT)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_what_is_empty_is_not_kept_as_text(app: Flask) -> None:
    tell(None, note="", reason=None)
    assert db.session.scalar(select(func.count()).select_from(AuditPrivate)) == 0
    assert checked(PLATFORM).ok


def test_time_never_goes_back_along_a_chain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    first = db.session.get_one(ChainHead, PLATFORM).at
    db.session.rollback()
    monkeypatch.setattr("tracker.clock.now", lambda: first - timedelta(hours=1))
    tell()
    assert db.session.get_one(ChainHead, PLATFORM).at == first
    assert checked(PLATFORM).ok


def test_several_chains_are_locked_in_the_order_of_their_ids(app: Flask) -> None:
    ids = [factories.organisation().id for _ in range(3)]
    with writing():
        chains = open_chains([*reversed(ids), PLATFORM, ids[0]])
        group = uuid4()
        for chain in chains.values():
            record(chain, "progress.confirmed", actor_id=None, subject=SUBJECT, group=group)
    assert list(chains) == sorted([*ids, PLATFORM])
    assert all(checked(each).ok for each in ids)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET type = 'progress.confirmed'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_private",
        "UPDATE audit_private SET body = 'another'",
        COPIED.format(seq=5),
        COPIED.format(seq=2),
    ],
)
def test_the_database_itself_refuses_change(app: Flask, statement: str) -> None:
    tell(None, 2, note="In private")
    with pytest.raises(DBAPIError), writing():
        db.session.execute(text(statement))
    assert checked(PLATFORM).ok


def test_a_text_may_be_taken_out_and_the_chain_still_holds(app: Flask) -> None:
    tell(None, 2, note="A number that must go")
    with writing():
        db.session.execute(text("UPDATE audit_private SET body = NULL, salt = NULL WHERE seq = 1"))
    assert checked(PLATFORM).ok
    first, second = queries.iter_chain(PLATFORM)
    assert first.redacted and not second.redacted


def test_what_fails_leaves_no_trace(app: Flask) -> None:
    tell()

    def fails() -> None:
        with writing():
            record(open_chain(), "progress.confirmed", actor_id=None, subject=SUBJECT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert checked(PLATFORM).count == 1


def test_a_difference_holds_only_what_differs() -> None:
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == {"b": {"old": 2, "new": 3}}
