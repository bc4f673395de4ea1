"""Migrations: a straight, numbered line from nothing to the models, down again and up, triggers and rows included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.house.world import build, digest
from tests.worker import settings_for
from tracker import create_app
from tracker.audit.triggers import POSTGRESQL, SQLITE
from tracker.database import WRITING, Base
from tracker.extensions import db

ROOT = Path(__file__).resolve().parents[2]
HEAD = "0013"


def revisions() -> list[str]:
    """From the first to the head, along the line."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    return [each.revision for each in reversed(list(script.walk_revisions()))]


@pytest.fixture
def empty_app(bare_database: Callable[[Path], str], tmp_path: Path) -> Iterator[Flask]:
    """The application on a database in which nothing is."""
    application = create_app(settings_for(tmp_path / "instance", bare_database(tmp_path)))
    token = WRITING.set(False)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    WRITING.reset(token)


def go_up(to: str = "head") -> None:
    """Up, and what the migration switched on in this thread is switched off."""
    _run(upgrade, to)


def go_down(to: str) -> None:
    """Down, likewise."""
    _run(downgrade, to)


def _run(move: Callable[..., None], to: str) -> None:
    db.session.remove()
    token = WRITING.set(False)
    try:
        move(directory=str(ROOT / "migrations"), revision=to)
    finally:
        WRITING.reset(token)


def differences() -> list[object]:
    """What the database has otherwise than the models say."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def fingerprint() -> set[str]:
    """The schema as the database itself tells it: tables, columns, indexes, constraints, triggers, functions."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all()
        else:
            rows = [row for query in OF_POSTGRESQL for row in connection.exec_driver_sql(query).all()]
    lines = {" ".join(" ".join(map(str, row)).split()) for row in rows}
    return {line for line in lines if "alembic_version" not in line and "sqlite_autoindex" not in line}


OF_POSTGRESQL = (
    (
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def triggers() -> set[str]:
    """The names of the triggers that stand."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if db.engine.dialect.name != "sqlite":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with db.engine.connect() as connection:
        return {row[0] for row in connection.exec_driver_sql(query)}


def wanted_triggers() -> set[str]:
    """As `audit.triggers` writes them."""
    text = "".join(SQLITE if db.engine.dialect.name == "sqlite" else POSTGRESQL)
    return set(re.findall(r"CREATE TRIGGER (\w+)", text))


def test_revisions_are_numbered_and_the_line_is_straight() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert script.get_heads() == [HEAD], "pin the new head here"
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name), path.name
        assert path.name[:4] in revisions()


def test_every_revision_goes_both_ways() -> None:
    for each in ScriptDirectory(str(ROOT / "migrations")).walk_revisions():
        assert callable(each.module.upgrade) and callable(each.module.downgrade), each.revision


def test_from_nothing_to_the_head_equals_the_models(empty_app: Flask) -> None:
    go_up()
    assert differences() == []
    assert triggers() >= wanted_triggers()


def test_the_comparison_would_see_a_difference(empty_app: Flask) -> None:
    go_up()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_memberships_user_id_superseded_at")
        connection.exec_driver_sql("ALTER TABLE drafts ADD COLUMN forgotten INTEGER")
    assert len(differences()) == 2


def test_checks_of_enums_hold_in_the_database_too(empty_app: Flask) -> None:
    """Alembic does not compare them."""
    go_up()
    there = " ".join(sorted(fingerprint()))
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                for value in column.type.enums:
                    assert f"'{value}'" in there, f"{table.name}.{column.name} does not allow {value}"
                assert f"ck_{table.name}_{column.type.name}" in there, (table.name, column.name)


def test_every_step_leaves_the_same_schema_going_up_again(empty_app: Flask) -> None:
    """One step at a time, the schema compared after every one, triggers included."""
    after: dict[str, set[str]] = {}
    for revision in revisions():
        go_up(revision)
        after[revision] = fingerprint()
        assert triggers() >= wanted_triggers(), f"{revision} lost a trigger"
    for revision, before in zip(reversed(revisions()), [*[*reversed(revisions())][1:], "base"], strict=True):
        go_down(before)
        assert fingerprint() == after.get(before, set()), f"down from {revision}"
    for revision in revisions():
        go_up(revision)
        assert fingerprint() == after[revision], f"up to {revision} for the second time"


def test_a_step_down_loses_only_the_tables_that_it_takes_away(empty_app: Flask) -> None:
    go_up()
    build(empty_app)
    for before in [*[*reversed(revisions())][1:], "base"]:
        kept = digest(db.engine)
        go_down(before)
        gone = {table.name for table in Base.metadata.sorted_tables} - set(
            sa.inspect(db.engine).get_table_names()
        )
        go_up()
        assert triggers() >= wanted_triggers()
        for name, found in digest(db.engine).items():
            if name in gone:
                assert found[0] == 0, f"{name} came back with rows from {before}"
            else:
                assert found == kept[name], f"{name} lost rows on its way down to {before} and up"
        assert before == "base" or sum(count for count, _ in digest(db.engine).values()) > 50


def test_upgrading_what_is_at_the_head_changes_nothing(empty_app: Flask) -> None:
    go_up()
    build(empty_app)
    schema, rows = fingerprint(), digest(db.engine)
    go_up()
    assert (fingerprint(), digest(db.engine)) == (schema, rows)
