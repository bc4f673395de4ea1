"""Watches every transaction: rows changed by a request, a command or an action need an audit event beside them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any

import click
import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy.engine import Connection, Engine

from tracker.database import Base

WRITE = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?\s*(.*)',
    re.DOTALL | re.IGNORECASE,
)
# What a person had half typed, what is counted and soon forgotten, and the trail itself.
EXEMPT = frozenset(
    {
        "sign_in_failures",
        "drafts",
        "posted_forms",
        "held_uploads",
        "chain_heads",
        "audit_private",
        "audit_events",
    }
)
SESSION_TOUCHED = re.compile(r"SET\s+last_seen_at\s*=[^,]+\sWHERE\b", re.IGNORECASE)
ACTIONS = re.compile(r"tracker(\.\w+)+\.actions(\.|$)")


@dataclass
class AuditWatch:
    """What was committed without an event, as far as a test is answerable for it."""

    faults: list[str] = field(default_factory=list)


_watching: list[AuditWatch] = []


def begin() -> AuditWatch:
    """Watch from now on."""
    watch = AuditWatch()
    _watching.append(watch)
    return watch


def end(watch: AuditWatch) -> None:
    """Watch no longer."""
    _watching.remove(watch)


def install() -> None:
    """Listen to every engine of this process: below the session, so that no way of writing passes unseen."""
    sa.event.listen(Engine, "after_cursor_execute", _after_execute)
    for name, heard in (
        ("commit", _after_commit), ("rollback", _after_rollback),
        ("savepoint", _at_savepoint), ("rollback_savepoint", _back_to_savepoint),
    ):  # fmt: skip
        sa.event.listen(Engine, name, heard)


def written_table(statement: str) -> str | None:
    """The table of ours that a statement writes to; None for reads and for what needs no event."""
    found = WRITE.match(statement)
    if found is None or found[1] not in Base.metadata.tables or found[1] in EXEMPT:
        return None
    if found[1] == "sign_in_sessions" and SESSION_TOUCHED.match(found[2]):
        return None
    return found[1]


def _transaction(connection: Connection) -> dict[str, Any]:
    found: dict[str, Any] = connection.info.setdefault("audit_watch", {"rows": [], "events": 0, "points": {}})
    return found


def _after_execute(
    connection: Connection, cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    if not _watching:
        return
    found = WRITE.match(statement)
    if found is not None and found[1] == "audit_events":
        _transaction(connection)["events"] += 1
    table = written_table(statement)
    if table is not None and cursor.rowcount != 0 and (by := _answerable()):
        _transaction(connection)["rows"].append(f"{table} by {by}")


def _after_commit(connection: Connection) -> None:
    done = connection.info.pop("audit_watch", None)
    if done and done["rows"] and not done["events"]:
        for watch in _watching:
            watch.faults.append("committed without an audit event: " + "; ".join(sorted(set(done["rows"]))))


def _after_rollback(connection: Connection) -> None:
    connection.info.pop("audit_watch", None)


def _at_savepoint(connection: Connection, name: str) -> None:
    now = _transaction(connection)
    now["points"][name] = (len(now["rows"]), now["events"])


def _back_to_savepoint(connection: Connection, name: str, _context: Any) -> None:
    now = _transaction(connection)
    rows, now["events"] = now["points"].get(name, (0, 0))
    del now["rows"][rows:]


def _answerable() -> str | None:
    """The request, command or action that is writing; None when a test or a factory writes by itself."""
    frame, ours = sys._getframe(), ""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if ACTIONS.match(name):
            return f"{name}.{frame.f_code.co_name}"
        if not ours and name.startswith("tracker."):
            ours = f"{name}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    if has_request_context() or click.get_current_context(silent=True) is not None:
        return ours or "a request or a command"
    return None
