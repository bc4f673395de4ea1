"""The demonstration with six trusts: loaded once, only read by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.worker import settings_for
from tracker import create_app
from tracker.extensions import db

TRUSTS = 6


@pytest.fixture(scope="package")
def loaded(
    fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("loaded")
    app = create_app(settings_for(folder, fresh_database(folder)))
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo", "load", "--organisations", str(TRUSTS)])
        assert result.exit_code == 0, result.output
        yield app
        db.session.remove()
        db.engine.dispose()
