"""What the tests of one worker use one after the other: a database, a folder and an application, as new each time."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from config import Settings, load_settings
from tests.page import TrackerClient
from tracker import create_app


def settings_for(folder: Path, url: str) -> Settings:
    """Development settings with everything below one folder."""
    return load_settings({"TRACKER_INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": "test-" * 10})


def administer(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


class Compiled(BytecodeCache):
    """Templates as code, kept for all applications of a worker: each test makes an application of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Database(Protocol):
    """A migrated database for one test after the other."""

    def take(self) -> str:
        """The address of it, with no rows but what the migrations put there."""

    def give_back(self) -> None:
        """The test is over."""


class CopiedDatabase:
    """A SQLite database: a template, copied over what the test before left.

    The file itself stays. Were it replaced, a connection that a test left open would, when it is closed at last,
    take away the journal of whoever has the new file by then.
    """

    def __init__(self, template: Path, folder: Path) -> None:
        self.template = template
        self.path = folder / "tracker.db"

    def take(self) -> str:
        with closing(sqlite3.connect(self.template)) as source, closing(sqlite3.connect(self.path)) as target:
            target.execute("PRAGMA synchronous = OFF")
            source.backup(target)
        return f"sqlite:///{self.path}"

    def give_back(self) -> None:
        """Nothing is to be done before the next test wants it."""


class EmptiedDatabase:
    """A PostgreSQL database that is emptied after each test: a new one costs its server ten times as much.

    The triggers that keep the trail are asleep while it is emptied. After a test that changed the schema it is
    thrown away.
    """

    SCHEMA = """
        SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
            SELECT concat_ws(' ', oid, relname, relkind) AS line FROM pg_class
                WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, atthasdef, attisdropped)
                FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                WHERE relnamespace = 'public'::regnamespace AND attnum > 0
            UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
            UNION ALL SELECT concat_ws(' ', oid, md5(pg_get_constraintdef(oid))) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', oid, proname, md5(prosrc)) FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace
        ) AS lines"""
    TABLES = (
        "SELECT quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    SEQUENCES = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
    OTHERS = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def __init__(self, make: Callable[[], str]) -> None:
        self.make = make
        self.url = ""
        self.schema = ""
        self.emptying = ""

    def take(self) -> str:
        if not self.url:
            self.url = self.make()
            with self._connected() as connection:
                self.schema = connection.scalar(sa.text(self.SCHEMA))
                self.emptying = ";".join(
                    ["SET session_replication_role = replica"]
                    + [f"DELETE FROM {name}" for name in connection.scalars(sa.text(self.TABLES))]
                    + [
                        f"ALTER SEQUENCE {name} RESTART"
                        for name in connection.scalars(sa.text(self.SEQUENCES))
                    ]
                )
        return self.url

    def give_back(self) -> None:
        with self._connected() as connection:
            connection.execute(sa.text(self.OTHERS))
            same = connection.scalar(sa.text(self.SCHEMA)) == self.schema
            if same:
                connection.exec_driver_sql(self.emptying)
        if not same:
            url, self.url = sa.make_url(self.url), ""
            administer(url.set(database="postgres"), f'DROP DATABASE "{url.database}" WITH (FORCE)')

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


class Worker:
    """Making an application takes longer than most tests: it is made once, and put back as it was."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.instance, self.as_made = folder / "instance", folder / "as-made"
        self.made: Flask | None = None
        self.was: list[dict[Any, Any]] = []
        self.routes: set[str] = set()

    def app(self, url: str) -> Flask:
        """The worker's application, as it was made, with its folder as it was then."""
        if self.made is None or self.made.config["SETTINGS"].database_url != url:
            self.made = self.new_app(url)
            self.was, self.routes = [dict(each) for each in self._state()], self._routes()
        else:
            shutil.rmtree(self.instance, ignore_errors=True)
            shutil.copytree(self.as_made, self.instance)
        assert self._routes() == self.routes, (
            "a test added a route to the application of all: mark it `own_app`"
        )
        for each, was in zip(self._state(), self.was, strict=True):
            each.clear()
            each.update(was)
        return self.made

    def new_app(self, url: str) -> Flask:
        """An application that no test has had yet."""
        for folder in (self.instance, self.as_made):
            shutil.rmtree(folder, ignore_errors=True)
        app = create_app(settings_for(self.instance, url))
        app.test_client_class = TrackerClient
        app.jinja_env.bytecode_cache = COMPILED
        shutil.copytree(self.instance, self.as_made)
        return app

    def _routes(self) -> set[str]:
        return set(self.made.view_functions) if self.made is not None else set()

    def _state(self) -> list[dict[Any, Any]]:
        """Where tests set something."""
        assert self.made is not None
        jinja = self.made.jinja_env
        own = vars(self.made)  # the class of its test clients, say
        return [own, self.made.config, self.made.extensions, jinja.globals, jinja.filters, jinja.tests]
