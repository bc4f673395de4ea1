"""The contracts of imports hold, and no package stands outside them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def contracts() -> list[dict[str, object]]:
    """As they stand in the project's file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_every_contract_is_kept() -> None:
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert kept == EXIT_STATUS_SUCCESS, "run `lint-imports` to see which import is on the wrong floor"


def test_no_contract_was_dropped() -> None:
    wanted = {
        "floors",
        "input-output",
        "input-output-reads",
        "rules",
        "http",
        "views",
        "reading-rooms",
        "doors",
    }
    assert {each["id"] for each in contracts()} >= wanted


def test_every_package_has_chosen_its_floor() -> None:
    floors = next(each for each in contracts() if each["id"] == "floors")
    assert floors["exhaustive"] is True
    named = set(re.findall(r"[a-z_]+", " ".join(map(str, floors["layers"]))))  # type: ignore[call-overload]
    there = {
        path.stem if path.suffix == ".py" else path.name
        for path in (ROOT / "tracker").iterdir()
        if path.name not in {"__init__.py", "__pycache__"} and (path.suffix == ".py" or path.is_dir())
    }
    assert there - named == set()


def test_nothing_is_excused_from_a_contract_but_what_is_written_here() -> None:
    excused = {str(line) for each in contracts() for line in each.get("ignore_imports", ())}  # type: ignore[attr-defined]
    rooms = ("dashboard", "summary", "exports", "pages")
    assert excused == {f"tracker.{room}.** -> tracker.audit.actions" for room in rooms}
