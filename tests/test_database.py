"""How SQLite is opened: the mode by its version, and the settings that keep what was acknowledged."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker.database import sqlite_journal_mode
from tracker.extensions import db


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 7, 0), "TRUNCATE"),
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_the_log_is_written_ahead_only_where_that_is_safe(version: tuple[int, ...], mode: str) -> None:
    assert sqlite_journal_mode(version) == mode


def test_every_connection_to_sqlite_has_the_settings(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
    }
    with db.engine.connect() as connection:
        found = {name: connection.execute(sa.text(f"PRAGMA {name}")).scalar() for name in wanted}
    assert found == wanted
