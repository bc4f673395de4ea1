"""What went wrong, as a page with a way on; never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker.errors import NotAllowed, NotFound
from tracker.extensions import db

log = logging.getLogger("tracker.errors")
PAGES = frozenset({400, 403, 404, 405, 409, 411, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda _error: _page(404))
    app.register_error_handler(NotAllowed, lambda _error: _page(403))
    app.register_error_handler(CSRFError, lambda _error: _page(400, expired=True))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, **context: object) -> tuple[str, int]:
    known = status if status in PAGES else (400 if status < 500 else 500)
    return render_template(f"errors/{known}.html", **context), status


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _unexpected(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    log.error("failed at %s", request.endpoint, exc_info=error)
    return _page(500)
