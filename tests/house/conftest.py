"""One application on one database for a whole file of house tests: they look at much and change little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.house.world import World, build
from tracker import create_app


@pytest.fixture(scope="module")
def world(fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two trusts and all kinds of people."""
    folder = tmp_path_factory.mktemp("world")
    app = create_app(settings_for(folder / "instance", fresh_database(folder)))
    # The gate and the views are asked, not the tokens: those have a test of their own.
    app.config["WTF_CSRF_ENABLED"] = False
    made = build(app)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application without any table, for what can be seen without asking the database."""
    folder = tmp_path_factory.mktemp("bare")
    return create_app(settings_for(folder, f"sqlite:///{folder / 'empty.db'}"))
