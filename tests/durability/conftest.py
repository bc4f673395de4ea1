"""Instances of their own for the tests of durability: two trusts, their people, served or killed by the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from bench import data
from bench.data import People
from bench.instance import Instance, postgresql_folder, postgresql_instance, signed_in_cookie, sqlite_instance
from tests.durability.asking import InProcess
from tracker import create_app
from tracker.extensions import db

FIRST, SECOND = data.code_of(1), data.code_of(2)
CODES = [f"SEP16-{number:02}" for number in range(9, 19)]


@dataclass(frozen=True)
class Place:
    """An instance with two trusts and their people."""

    instance: Instance
    people: People

    def app(self) -> Flask:
        """An application on it, in this process; nothing is opened before the first request."""
        return create_app(self.instance.settings)

    def cookie(self, app: Flask, who: str) -> str:
        with app.app_context():
            try:
                return signed_in_cookie(app, getattr(self.people, who))
            finally:
                db.session.remove()
                db.engine.dispose()

    def client(self, app: Flask, who: str) -> InProcess:
        return InProcess(app, self.cookie(app, who))

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database says, through a connection of its own."""
        app = self.app()
        with app.app_context():
            found = list(db.session.execute(sa.text(query), values))
            db.session.remove()
            db.engine.dispose()
        return found

    def check(self) -> None:
        """The audit trail follows and every stored file has its bytes, as the commands see it."""
        for what in ("audit", "evidence"):
            code, output = self.run("verify", what)
            assert code == 0, f"verify {what}: {output}"

    def run(self, *command: str) -> tuple[int, str]:
        """A `flask` command in this process: its exit code and all that it said."""
        app = self.app()
        with app.app_context():
            done = app.test_cli_runner().invoke(args=list(command))
            db.session.remove()
            db.engine.dispose()
        return done.exit_code, done.output


def _fill(instance: Instance) -> People:
    app = instance.prepare()
    people = data.fill_people(app)
    data.fill_trusts(app, people.author, 1, 2)
    data.give_roles(app, people)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return people


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Place:
    instance = sqlite_instance(tmp_path_factory.mktemp("durability") / "template")
    return Place(instance, _fill(instance))


@pytest.fixture
def sqlite_place(sqlite_template: Place, tmp_path: Path) -> Place:
    """This test's own copy of the SQLite instance."""
    shutil.copytree(sqlite_template.instance.folder, tmp_path / "instance")
    return Place(sqlite_instance(tmp_path / "instance"), sqlite_template.people)


@pytest.fixture(scope="module")
def postgresql_control() -> Iterator[Any]:
    """A PostgreSQL that this module may restart as it likes."""
    with postgresql_folder() as (_, server):
        yield server


@pytest.fixture(scope="module")
def postgresql_place(postgresql_control: Any, tmp_path_factory: pytest.TempPathFactory) -> Place:
    instance = postgresql_instance(postgresql_control, tmp_path_factory.mktemp("durability-pg"), "durability")
    return Place(instance, _fill(instance))
