"""One application on one database for a whole file of house tests: they look at much and change little."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from tests.house.world import World, build
from tests.worker import COMPILED, settings_for
from tracker import create_app
from tracker.extensions import db


@dataclass(frozen=True)
class Built:
    """A world that nobody walks through: its database and its files are copied."""

    world: World
    url: str
    instance: Path


@pytest.fixture(scope="session")
def built(fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built once for each worker: it takes longer than most tests that want one."""
    folder = tmp_path_factory.mktemp("built")
    url, instance = fresh_database(folder), folder / "instance"
    world = build(create_app(settings_for(instance, url)))
    world.engine.dispose()
    return Built(world, url, instance)


@pytest.fixture(scope="session")
def fresh_world(
    built: Built, copied_database: Callable[[str, Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], World]:
    """`fresh_world()`: two trusts and all kinds of people, as nobody has touched them."""

    def fresh() -> World:
        folder = tmp_path_factory.mktemp("world")
        shutil.copytree(built.instance, folder / "instance", ignore=shutil.ignore_patterns("*.db*"))
        app = create_app(settings_for(folder / "instance", copied_database(built.url, folder)))
        # The gate and the views are asked, not the tokens: those have a test of their own.
        app.config["WTF_CSRF_ENABLED"] = False
        app.jinja_env.bytecode_cache = COMPILED
        with app.app_context():
            return replace(built.world, app=app, engine=db.engine, clients={})

    return fresh


@pytest.fixture(scope="module")
def world(fresh_world: Callable[[], World]) -> Iterator[World]:
    """One for all tests of a file."""
    made = fresh_world()
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application without any table, for what can be seen without asking the database."""
    folder = tmp_path_factory.mktemp("bare")
    return create_app(settings_for(folder, f"sqlite:///{folder / 'empty.db'}"))
