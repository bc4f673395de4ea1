"""No change without an event: the watch is watched, the types of event are kept, and the trail refuses change."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.house.table import TABLE
from tests.house.watch import AuditWatch, written_table
from tests.house.world import World, build
from tracker.access.permissions import Role
from tracker.accounts import actions as accounts
from tracker.accounts.models import User
from tracker.audit import queries, rules
from tracker.audit.models import AuditEvent, AuditPrivate, ChainHead
from tracker.database import WRITING
from tracker.extensions import db
from tracker.web.transactions import writing

ROOT = Path(__file__).resolve().parents[2]


# --- the watch that every test stands under ---------------------------------------------------------------


def rename(someone: factories.Person) -> None:
    """A change of a row as an ill-written view would make it."""
    with writing():
        db.session.execute(sa.update(User).where(User.id == someone.id).values(name="Changed"))


def test_the_watch_sees_a_request_that_changes_a_row_in_silence(app: Flask, audit_watch: AuditWatch) -> None:
    someone = factories.person()
    with app.test_request_context():
        rename(someone)
    assert len(audit_watch.faults) == 1 and "users" in audit_watch.faults[0]
    audit_watch.faults.clear()


def test_the_watch_sees_a_silent_orm_flush_and_a_silent_command(app: Flask, audit_watch: AuditWatch) -> None:
    someone = factories.person()

    @app.cli.command("silent")
    def silent() -> None:
        with writing():
            db.session.get_one(User, someone.id).name = "Changed"

    assert app.test_cli_runner().invoke(args=["silent"]).exit_code == 0
    assert len(audit_watch.faults) == 1
    audit_watch.faults.clear()


def test_the_watch_is_content_with_an_event_in_the_same_transaction(
    app: Flask, audit_watch: AuditWatch
) -> None:
    someone = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with app.test_request_context(), writing():
        accounts.change_name(someone, "Somebody Else")
    assert audit_watch.faults == []


def test_an_event_in_another_transaction_is_not_enough(app: Flask, audit_watch: AuditWatch) -> None:
    someone = factories.person(Role.NATIONAL_LEAD)
    with app.test_request_context():
        with writing():
            accounts.change_name(factories.identity_of(someone), "Somebody Else")
        rename(someone)
    assert len(audit_watch.faults) == 1
    audit_watch.faults.clear()


def test_what_is_rolled_back_and_what_factories_write_is_nobody_s_fault(
    app: Flask, audit_watch: AuditWatch
) -> None:
    someone = factories.person()
    rename(someone)
    with app.test_request_context():
        token = WRITING.set(True)
        db.session.execute(sa.update(User).values(name="Changed"))
        db.session.rollback()
        WRITING.reset(token)
    assert audit_watch.faults == []


@pytest.mark.parametrize(
    "statement, table",
    [
        ("INSERT INTO users (id) VALUES (?)", "users"),
        ('  UPDATE "users" SET name=?', "users"),
        ("DELETE FROM progress_entries", "progress_entries"),
        ("REPLACE INTO users VALUES (?)", "users"),
        ("SELECT * FROM users", None),
        ("INSERT INTO drafts (path) VALUES (?)", None),
        ("UPDATE sign_in_sessions SET last_seen_at=? WHERE sign_in_sessions.token_hash = ?", None),
        ("UPDATE sign_in_sessions SET last_seen_at=%(a)s::TIMESTAMP WITH TIME ZONE WHERE x", None),
        ("UPDATE sign_in_sessions SET last_seen_at=?, ended_at=? WHERE x", "sign_in_sessions"),
        ("UPDATE sign_in_sessions SET ended_at=? WHERE x", "sign_in_sessions"),
        ("INSERT INTO alembic_version (version_num) VALUES ('0001')", None),
    ],
)
def test_what_counts_as_a_change(statement: str, table: str | None) -> None:
    assert written_table(statement) == table


# --- types of event ---------------------------------------------------------------------------------------


def named_types() -> Iterator[tuple[str, str]]:
    """Every text in the code that writes which is built like a type of event: place and text."""
    families = {name.split(".")[0] for name in rules.EVENT_TYPES}
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        if not {"actions", "actions.py", "cli", "views.py"} & set(path.relative_to(ROOT).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                family, _dot, rest = node.value.partition(".")
                if family in families and re.fullmatch(r"[a-z_]+", rest):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def test_every_type_that_the_code_names_is_declared() -> None:
    named = [
        (place, name) for place, name in named_types() if name not in TABLE and not name.endswith(".csv")
    ]
    assert len({name for _place, name in named}) >= 20
    unknown = [(place, name) for place, name in named if name not in rules.EVENT_TYPES]
    assert unknown == []


def test_every_event_that_the_actions_wrote_keeps_to_its_type(app: Flask) -> None:
    build(app)
    events = db.session.execute(
        sa.select(AuditEvent, AuditPrivate.body).outerjoin(
            AuditPrivate,
            sa.and_(AuditPrivate.chain_id == AuditEvent.chain_id, AuditPrivate.seq == AuditEvent.seq),
        )
    ).all()
    assert len({event.type for event, _body in events}) >= 8
    for event, body in events:
        check_event(event.type, event.header, body)


def check_event(name: str, header: str, body: str | None) -> None:
    """As stored, not as it was handed over: keys declared, and every one with words on screen or known to be mute."""
    public, private = json.loads(header)["public"], json.loads(body) if body else {}
    rules.check_keys(name, public, private)
    assert rules.event_type(name).label
    rules.describe(name, public, private)


def test_a_key_that_is_not_declared_never_enters_the_chain() -> None:
    with pytest.raises(ValueError, match="does not declare"):
        rules.check_keys("account.changed", {"email": "somebody@nhs.example"}, {})
    with pytest.raises(ValueError, match="not a declared type"):
        rules.check_keys("account.chnaged", {}, {})


def test_no_name_and_no_free_text_stands_in_clear() -> None:
    """What is in the header can never be taken out again."""
    personal = {
        "name",
        "email",
        "address",
        "note",
        "reason",
        "summary",
        "title",
        "owner",
        "shows",
        "file_name",
    }
    for each in rules.EVENT_TYPES.values():
        if not each.name.startswith("organisation."):
            assert not personal & each.public_keys, each.name
        assert not each.public_keys & each.private_keys, each.name


# --- the trail itself -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trail(world: World) -> Callable[[str], None]:
    """`trail(sql)` is refused by the database itself, and changes nothing."""
    before = world.digest()

    def refused(statement: str) -> None:
        with pytest.raises(sa.exc.DBAPIError) as caught, world.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        assert "audit" in str(caught.value.orig), f"refused, but not by a trigger: {caught.value.orig}"
        assert world.digest() == before

    return refused


COLUMNS = "chain_id, seq, type, at, actor_id, subject_kind, subject_code, header, prev, hash"
UPSERT = "ON CONFLICT (chain_id, seq) DO UPDATE SET hash = EXCLUDED.prev"
LAST = "seq = (SELECT MAX(seq) FROM audit_events AS others WHERE others.chain_id = audit_events.chain_id)"


def another(seq: str, prev: str = "hash") -> str:
    """A select that makes an event of a chain's last one."""
    made = f"chain_id, {seq}, type, at, actor_id, subject_kind, subject_code, header, {prev}, hash"
    return f"SELECT {made} FROM audit_events WHERE {LAST}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET type = 'page.read'",
        "UPDATE audit_events SET hash = prev",
        "DELETE FROM audit_events",
        f"DELETE FROM audit_events WHERE {LAST}",
        "UPDATE audit_private SET body = 'other'",
        "UPDATE audit_private SET body = NULL, salt = NULL, seq = seq + 1000",
        "DELETE FROM audit_private",
        f"INSERT INTO audit_events ({COLUMNS}) {another('seq + 2')}",
        f"INSERT INTO audit_events ({COLUMNS}) {another('seq + 1', 'prev')}",
        f"INSERT INTO audit_events ({COLUMNS}) {another('0')}",
        f"INSERT INTO audit_events ({COLUMNS}) {another('seq')}",
    ],
)
def test_the_trail_is_append_only(trail: Callable[[str], None], statement: str) -> None:
    trail(statement)


@pytest.mark.parametrize(
    "statement",
    [
        f"REPLACE INTO audit_events ({COLUMNS}) {another('seq', 'prev')}",
        f"INSERT OR REPLACE INTO audit_events ({COLUMNS}) {another('1', 'prev')}",
        "REPLACE INTO audit_private (chain_id, seq, salt, body) SELECT chain_id, seq, salt, 'x' FROM audit_private",
        "UPDATE OR REPLACE audit_events SET seq = seq + 1",
    ],
)
def test_sqlite_replace_does_not_slip_past(
    world: World, trail: Callable[[str], None], statement: str
) -> None:
    if world.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has REPLACE")
    trail(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE audit_events CASCADE",
        "TRUNCATE audit_private",
        f"INSERT INTO audit_events ({COLUMNS}) {another('seq', 'prev')} {UPSERT}",
    ],
)
def test_postgresql_truncate_and_upsert_do_not_slip_past(
    world: World, trail: Callable[[str], None], statement: str
) -> None:
    if world.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    trail(statement)


def test_the_next_event_in_sequence_is_taken(world: World) -> None:
    """Otherwise the refusals above would prove nothing."""
    with world.engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql(f"INSERT INTO audit_events ({COLUMNS}) {another('seq + 1')}")
        transaction.rollback()


def test_every_chain_verifies_and_ends_at_its_head(app: Flask) -> None:
    build(app)
    heads = db.session.scalars(sa.select(ChainHead)).all()
    assert len(heads) == 5, "the platform's chain, and one for each trust, the national body and the network"
    for head in heads:
        found = rules.verify_chain(queries.iter_chain(head.chain_id), head=queries.head_of(head))
        assert not found.problems and found.count == head.seq
