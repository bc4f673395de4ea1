"""How Alembic reaches the database: through the application's engine, in one transaction."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from tracker.database import WRITING, Base, UTCDateTime

target = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Our types are written as plain ones, so that an old migration never depends on today's code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    writing = WRITING.set(True)
    with target.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    WRITING.reset(writing)


run()
