"""What a worker loads before its first page: what only commands and uploads need is read when they need it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
LOADED = "import sys, wsgi; print(*sorted({name.split('.')[0] for name in sys.modules}))"
HEAVY = {
    "alembic",
    "flask_migrate",
    "mako",
    "openpyxl",
    "pypdf",
    "PIL",
    "xlsxwriter",
    "html5lib",
    "bagit",
    "pygal",
}


def test_serving_loads_nothing_that_only_commands_and_uploads_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    answer = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert not HEAVY & set(answer.stdout.split())


def test_building_the_application_opens_no_connection(app: Flask) -> None:
    """Workers are forked from a process that has built it: a connection would be shared between them."""
    script = (
        "from sqlalchemy.pool import Pool; from sqlalchemy import event\n"
        "def opened(*_): raise SystemExit('a connection was opened')\n"
        "event.listen(Pool, 'connect', opened)\n"
        "import wsgi"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TRACKER_INSTANCE": app.instance_path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
