"""Whether what the service stands on answers; the pages read the catalogue through its own queries."""

from __future__ import annotations

import logging
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker.extensions import db

log = logging.getLogger("tracker.health")


class Checkable(Protocol):
    """A store that says by itself whether it can be written to."""

    def check(self) -> None: ...


def list_failing(store: Checkable) -> list[str]:
    """The parts that do not answer; why stands in the log only, never in the answer."""
    parts = {"database": _database_answers(), "evidence": _store_answers(store)}
    return [name for name, answers in parts.items() if not answers]


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("the database does not answer")
        return False
    return True


def _store_answers(store: Checkable) -> bool:
    try:
        store.check()
    except OSError:
        log.exception("the evidence store does not answer")
        return False
    return True
