"""`flask organisations`: what is printed, on which stream, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.organisations.filed import line
from tracker.cli.organisations import organisations_cli
from tracker.organisations.queries import find_ref
from tracker.organisations.readers import ODS


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(organisations_cli, list(arguments))


def import_both(app: Flask) -> tuple[Result, Result]:
    old = run(app, "import", str(ODS / "etr-2021-01.csv"), "--as-at", "2021-01-31")
    return old, run(app, "import", str(ODS / "etr-2025-07.csv"), "--as-at", "2025-07-31")


def test_the_real_files(app: Flask) -> None:
    old, new = import_both(app)
    assert (old.exit_code, new.exit_code) == (0, 0)
    assert "added 241" in old.output.splitlines()
    for printed in (
        "added 3",
        "renamed 43",
        "moved 204",
        "closed 29",
        "returned 0",
        "unchanged 5",
        "rejected 0",
    ):
        assert printed in new.output.splitlines()
    [absent] = [each for each in new.output.splitlines() if each.startswith("absent")]
    assert absent.startswith("absent 8: ")
    assert len(absent.removeprefix("absent 8: ").split()) == 8


def test_the_same_file_again_changes_nothing(app: Flask) -> None:
    import_both(app)
    _old, new = import_both(app)
    assert "unchanged 244" in new.output
    assert "absent 0" in new.output


def test_the_national_body_is_there_after_the_first_import(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "etr.csv"
    file.write_text(line("RA1"), encoding="utf-8")
    first, again = run(app, "import", str(file)), run(app, "import", str(file))
    assert "HEE was not there and is added: it answers recommendations 1 to 8" in first.output
    assert "HEE" not in again.output
    found = find_ref("HEE")
    assert found is not None and (found.name, found.kind) == ("Health Education England", "national_body")


def test_a_bad_line_is_named_alone_and_makes_the_exit_code_1(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "etr.csv"
    file.write_text("\n".join([line("RA1"), line("RA2", opened="soon"), line("RA3")]), encoding="utf-8")
    result = run(app, "import", str(file))
    assert result.exit_code == 1
    assert "line 2 (RA2): the open date 'soon' is not a date written YYYYMMDD" in result.output
    assert "added 2" in result.output
    assert "rejected 1" in result.output
    assert find_ref("RA1") and find_ref("RA3") and not find_ref("RA2")


def test_a_file_that_was_cut_short_is_pointed_out(app: Flask, tmp_path: Path) -> None:
    whole = [line(f"RA{number:02}") for number in range(40)]
    file = tmp_path / "etr.csv"
    file.write_text("\n".join(whole), encoding="utf-8")
    assert run(app, "import", str(file), "--as-at", "2026-01-31").stderr == ""
    file.write_text("\n".join(whole[:10]), encoding="utf-8")
    cut = run(app, "import", str(file), "--as-at", "2026-02-28")
    assert cut.stderr.count("\n") == 1 and "30 trusts are not in this file, which names 10" in cut.stderr
    file.write_text("\n".join(whole), encoding="utf-8")
    again = run(app, "import", str(file), "--as-at", "2026-03-31")
    assert again.stderr == "" and "returned 30" in again.output
    found = find_ref("RA39")
    assert found is not None and found.is_open


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, [], "cannot be read: No such file or directory"),
        (b"", [], "it is empty"),
        (b"%PDF-1.7\n\x00\xff", [], "no line of"),
        (b"RA1", ["--as-at", "31.12.2025"], "--as-at must be a date written YYYY-MM-DD"),
        (line("RA1").encode(), ["--as-at", "2999-01-01"], "cannot be in the future"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line(
    app: Flask, tmp_path: Path, content: bytes | None, arguments: list[str], said: str
) -> None:
    file = tmp_path / "etr.csv"
    if content is not None:
        file.write_bytes(content)
    result = run(app, "import", str(file), *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_a_folder_is_not_a_file(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", str(tmp_path))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_a_body_is_added(app: Flask) -> None:
    result = run(
        app, "add", "RCEM", "--name", "Royal College", "--kind", "royal_college", "--opened-on", "2008-02-29"
    )
    assert (result.exit_code, result.output) == (0, "added RCEM\n")
    assert find_ref("RCEM")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "r"}, "Code must be 2 to 10 capital letters and digits"),
        ({"kind": "nhs_trust"}, "--kind must be one of national_body, higher_education"),
        ({"region": "Y99"}, "There is no region with the code Y99"),
    ],
)
def test_what_cannot_be_added_is_said_in_one_line(app: Flask, changes: dict[str, str], said: str) -> None:
    asked = {"code": "RCEM", "kind": "royal_college", "region": "", **changes}
    options = ["--name", "A", "--kind", asked["kind"], "--region", asked["region"]]
    result = run(app, "add", asked["code"], *options)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert said in result.stderr


@pytest.mark.parametrize("command", [[], ["import"], ["add"]])
def test_each_command_has_help(app: Flask, command: list[str]) -> None:
    result = run(app, *command, "--help")
    assert (result.exit_code, "Usage:" in result.output) == (0, True)
