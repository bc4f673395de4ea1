"""What nothing can be faster than: the same gunicorn answering a constant, or one SELECT and a small template."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

BODY = b"ok"
ROWS = """
SELECT r.code, r.short_title, e.delivery, e.summary, e.confirmed_on
FROM recommendations r
LEFT JOIN progress_entries e
  ON e.organisation_id = {0} AND e.recommendation_code = r.code AND e.superseded_at IS NULL
ORDER BY r.number
"""
PAGE = """<!doctype html><html lang="en"><title>Floor</title><h1>Floor</h1><table>
{% for code, title, delivery, summary, day in rows %}
<tr><td>{{ code }}</td><td>{{ title }}</td><td>{{ delivery or "–" }}</td>
<td>{{ summary or "" }}</td><td>{{ day or "" }}</td></tr>
{% endfor %}
</table></html>"""

_here = threading.local()
_numbers = itertools.count(1)


def constant(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """No framework at all."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


def make_select() -> Flask:
    """Flask, one statement through the plain driver, a template of five lines; and one INSERT with its commit."""
    app = Flask(__name__)
    page = app.jinja_env.from_string(PAGE)

    @app.get("/")
    def rows() -> str:
        mark = "?" if _is_sqlite() else "%s"
        found = _connection().execute(ROWS.format(mark), (os.environ["FLOOR_ORGANISATION"],)).fetchall()
        return page.render(rows=found)

    @app.post("/")
    def insert() -> str:
        mark = "?" if _is_sqlite() else "%s"
        connection = _scratch()
        connection.execute(f"INSERT INTO floor (body) VALUES ({mark})", (f"row {next(_numbers)}",))
        connection.commit()
        return "ok"

    return app


def _is_sqlite() -> bool:
    return os.environ["DATABASE_URL"].startswith("sqlite")


def _connection() -> Any:
    """One connection a thread, opened once."""
    if not hasattr(_here, "connection"):
        _here.connection = _open(os.environ["DATABASE_URL"])
        if not _is_sqlite():
            _here.connection.autocommit = True
    return _here.connection


def _scratch() -> Any:
    """A table of its own beside the tracker's, with the same settings of durability."""
    if not hasattr(_here, "scratch"):
        path = os.path.join(os.environ["TRACKER_INSTANCE"], "floor.db")
        _here.scratch = _open(f"sqlite:///{path}" if _is_sqlite() else os.environ["DATABASE_URL"])
        _here.scratch.execute("CREATE TABLE IF NOT EXISTS floor (body text)")
        _here.scratch.commit()
    return _here.scratch


def _open(url: str) -> Any:
    if url.startswith("sqlite"):
        import pysqlite3

        connection = pysqlite3.connect(url.removeprefix("sqlite:///"))
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    import psycopg

    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
