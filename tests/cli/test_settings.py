"""Settings from the environment, and how a command fails: one clear line, whatever is wrong with the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import UnsafeSettings, flask_config, load_settings

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "TRACKER_HOSTS": "sepsis.example.nhs.uk",
    "DATABASE_URL": "postgresql://tracker@db.example/tracker",
}


def settings(folder: Path, **changes: str | None):  # type: ignore[no-untyped-def]
    environ = {**SAFE, "TRACKER_INSTANCE": str(folder), **changes}
    return load_settings({name: value for name, value in environ.items() if value is not None})


def test_production_with_safe_settings(tmp_path: Path) -> None:
    found = settings(tmp_path, TRACKER_TRUSTED_PROXIES="1")
    assert found.production and found.trusted_proxies == 1
    assert found.database_url == "postgresql+psycopg://tracker@db.example/tracker"
    flask = flask_config(found)
    assert flask["SESSION_COOKIE_NAME"] == "__Host-session" and flask["SESSION_COOKIE_SECURE"]
    # What somebody typed never stands in the text of an error, which is written to the log.
    assert flask["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"TRACKER_HOSTS": None}, "TRACKER_HOSTS"),
        ({"TRACKER_HOSTS": " , "}, "TRACKER_HOSTS"),
        ({"TRACKER_ENV": "prod"}, "TRACKER_ENV"),
        ({"TRACKER_TRUSTED_PROXIES": "-1"}, "TRACKER_TRUSTED_PROXIES"),
        ({"TRACKER_MAX_UPLOAD_MB": "0"}, "TRACKER_MAX_UPLOAD_MB"),
        ({"TRACKER_MAX_UPLOAD_MB": "300"}, "TRACKER_MAX_UPLOAD_MB"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"EVIDENCE_URL": "s3://bucket"}, "EVIDENCE_URL"),
        ({"EVIDENCE_URL": "/srv/evidence"}, "EVIDENCE_URL"),
        ({"TRACKER_INSTANCE": "/dev/null/inst"}, "TRACKER_INSTANCE"),
    ],
)
def test_an_unsafe_setting_is_named(tmp_path: Path, changes: dict[str, str | None], named: str) -> None:
    with pytest.raises(UnsafeSettings, match=named):
        settings(tmp_path, **changes)


def test_the_secret_of_development_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"TRACKER_INSTANCE": str(tmp_path)}
    first, second = load_settings(environ), load_settings(environ)
    assert first.secret_key == second.secret_key and len(first.secret_key) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def flask(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "TRACKER_INSTANCE": str(folder), "FLASK_APP": "wsgi", **changes}
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TRACKER_ENV": "production"}, "SECRET_KEY is not set"),
        ({}, "The database is not ready"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database is not ready"),
    ],
    ids=["settings", "no tables", "no server"],
)
def test_a_command_that_cannot_work_says_why_in_one_line(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    answer = flask(tmp_path, "catalogue", "sync", **changes)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert said in answer.stderr and len(answer.stderr.strip().splitlines()) == 1, answer.stderr


def test_migrations_that_cannot_work_say_why_in_one_line(tmp_path: Path) -> None:
    answer = flask(tmp_path, "db", "upgrade", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr


def test_every_command_explains_itself(app) -> None:  # type: ignore[no-untyped-def]
    runner = app.test_cli_runner()
    for group in app.cli.commands:
        words = runner.invoke(args=[group, "--help"])
        assert words.exit_code == 0 and "Usage:" in words.output, group
        for line in words.output.partition("Commands:")[2].splitlines():
            if line.startswith("  ") and not line.startswith("   "):
                command = line.split()[0]
                told = runner.invoke(args=[group, command, "--help"])
                assert told.exit_code == 0 and "Usage:" in told.output, (group, command)
