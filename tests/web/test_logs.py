"""One JSON object a line, with the request's id, and nothing that a person typed."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker.extensions import db
from tracker.web.logs import JsonLines


def line(message: object, *arguments: object, failed: bool = False) -> dict[str, object]:
    info = None
    if failed:
        try:
            raise ValueError("broken")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("tracker.x", logging.WARNING, "", 1, message, arguments, info)
    written = JsonLines().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_line_says_when_how_grave_and_what() -> None:
    found = line("of %s\nand more", "RA1")
    assert str(found.pop("at")).endswith("+00:00")
    assert found == {"level": "warning", "logger": "tracker.x", "message": "of RA1\nand more"}


def test_a_failure_comes_with_its_traceback() -> None:
    assert "ValueError: broken" in str(line("failed", failed=True)["error"])


def test_a_line_in_a_request_carries_its_id(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tracker.requests")
    # How loud the logs are is settled when the service starts, not here: another test may have left them quiet.
    caplog.set_level(logging.INFO, logger="tracker.requests")
    monkeypatch.setattr(logger, "disabled", False)
    logger.addHandler(handler)
    try:
        answer = client.get("/recommendations?q=Amara+Okafor")
    finally:
        logger.removeHandler(handler)
    (written,) = handler.stream.getvalue().splitlines()
    found = json.loads(written)
    assert found["request"] == answer.headers["X-Request-Id"]
    assert (found["method"], found["endpoint"], found["status"]) == ("GET", "pages.recommendations", 200)
    assert "Okafor" not in json.dumps(found)


def test_an_error_in_the_database_is_told_without_what_was_typed(app: Flask) -> None:
    with pytest.raises(DBAPIError) as raised:
        db.session.execute(text("SELECT :typed FROM nowhere"), {"typed": "Amara Okafor"})
    db.session.rollback()
    assert "Okafor" not in str(raised.value)
