"""The only commits: one for each write request, one for each command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from flask import make_response

from tracker.database import WRITING
from tracker.extensions import db

View = TypeVar("View", bound=Callable[..., Any])


def commits(view: View) -> View:
    """Run a view in one write transaction: committed on success, rolled back on any status of 400 or more."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with _write_transactions():
            try:
                response = make_response(view(*args, **kwargs))
                if response.status_code < 400:
                    db.session.commit()
                return response
            finally:
                db.session.rollback()

    wrapped.commits = True  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


def undo() -> None:
    """Let go of what a refused action had begun to write, before its form is drawn again."""
    db.session.rollback()


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction of its own, for commands and for what must be kept whatever the request's end."""
    with _write_transactions():
        try:
            yield
            db.session.commit()
        finally:
            db.session.rollback()


@contextmanager
def _write_transactions() -> Iterator[None]:
    # What was read before is let go: on SQLite a read transaction cannot turn into a writing one.
    db.session.rollback()
    token = WRITING.set(True)
    try:
        yield
    finally:
        WRITING.reset(token)
