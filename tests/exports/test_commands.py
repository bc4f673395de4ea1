"""`flask export` and `flask verify`: whole or not at all, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from tests.exports.conftest import REC, World, record
from tracker.audit.actions import open_chain
from tracker.audit.actions import record as tell
from tracker.audit.models import AuditEvent, ChainHead
from tracker.audit.triggers import POSTGRESQL, POSTGRESQL_DOWN, SQLITE
from tracker.catalogue.rules import Delivery
from tracker.exports import actions
from tracker.exports.actions import request_export
from tracker.exports.readers import verify_bundle
from tracker.extensions import db
from tracker.web.transactions import writing


def run(app: Flask, *arguments: object) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=[str(each) for each in arguments])


def test_an_evidence_pack_of_everything(world: World, app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    ran = run(app, "export", "evidence", "--out", out)
    assert ran.exit_code == 0, ran.output
    report = verify_bundle(out)
    assert report.problems == () and report.counts["audit chains"] == 2
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".zip")] == ["pack.zip"]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    told = db.session.scalars(select(AuditEvent.type).where(AuditEvent.type.like("export.%"))).all()
    assert sorted(told) == ["export.downloaded"] * 3 + ["export.requested"] * 3


def test_an_evidence_pack_of_some_things_on_a_day(world: World, app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    chosen = ("--organisation", "X00102", "--recommendation", REC, "--as-at", "2026-01-31")
    assert run(app, "export", "evidence", "--out", out, *chosen).exit_code == 0
    report = verify_bundle(out)
    assert report.ok and report.counts["rows of progress.csv"] == 1 and report.counts["evidence files"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--organisation", "X99999"), "no organisation with the code X99999"),
        (("--recommendation", "SEP16-99"), "no recommendation with the code SEP16-99"),
        (("--as-at", "31/03/2026"), "written YYYY-MM-DD"),
        (("--as-at", "2999-01-01"), "today or in the past"),
    ],
)
def test_a_wrong_question_is_one_line_and_no_file(
    world: World, app: Flask, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = run(app, "export", "evidence", "--out", tmp_path / "pack.zip", *arguments)
    assert ran.exit_code == 1
    assert message in ran.stderr and ran.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.zip"))


def test_a_pack_that_fails_half_way_leaves_what_was_there(
    world: World, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pack.zip"
    out.write_bytes(b"the pack of last year")

    def breaks(*_: object) -> object:
        yield b"PK"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tracker.cli.exports.PreparedBundle.stream", breaks)
    ran = run(app, "export", "evidence", "--out", out)
    assert ran.exit_code == 1 and "No space left on device" in ran.stderr
    assert out.read_bytes() == b"the pack of last year"
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_place_that_cannot_be_is_said_before_anything_is_read(app: Flask, tmp_path: Path) -> None:
    assert "is a folder" in run(app, "export", "evidence", "--out", tmp_path).stderr
    assert "does not exist" in run(app, "export", "evidence", "--out", tmp_path / "no" / "pack.zip").stderr


def test_a_history_rewritten_since_an_earlier_pack_shows(world: World, app: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert run(app, "export", "evidence", "--out", first).exit_code == 0
    _tamper("DELETE FROM audit_private WHERE chain_id = :chain", world)
    _tamper("DELETE FROM audit_events WHERE chain_id = :chain", world)
    with writing():
        head = db.session.get_one(ChainHead, world.theirs.id)
        head.seq, head.hash = 0, "0" * 64
    # As many events as before, each as the chain wants it: within the database nothing looks wrong.
    with writing():
        chain = open_chain(world.theirs.id)
        for _ in range(9):
            tell(chain, "organisation.renamed", actor_id=None, subject=("organisation", "X00102"))
    assert run(app, "export", "evidence", "--out", second).exit_code == 0
    assert run(app, "verify", "bundle", second).exit_code == 0
    ran = run(app, "verify", "bundle", second, "--previous", first)
    assert ran.exit_code == 1 and str(world.theirs.id) in ran.stderr


def test_a_pack_that_is_none_is_named(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "none.zip").write_bytes(b"not a zip")
    assert "not a readable ZIP" in run(app, "verify", "bundle", tmp_path / "none.zip").stderr
    absent = run(app, "verify", "bundle", tmp_path / "absent.zip")
    assert absent.exit_code == 1 and "cannot be read" in absent.stderr
    (tmp_path / "key").write_text("no key")
    ran = run(app, "verify", "bundle", tmp_path / "none.zip", "--key", tmp_path / "key")
    assert ran.exit_code == 1 and "does not hold an Ed25519 public key" in ran.stderr


# --- the audit trail in the database ----------------------------------------------------------------------


def _tamper(statement: str, world: World) -> None:
    """What somebody with the database in hand does: the triggers dropped, and put back afterwards."""
    sqlite = db.engine.dialect.name == "sqlite"
    dropped = [f"DROP TRIGGER {each.split()[2]}" for each in SQLITE] if sqlite else POSTGRESQL_DOWN
    with writing():
        for each in dropped:
            db.session.execute(text(each))
        chain = world.theirs.id.hex if sqlite else world.theirs.id
        db.session.execute(text(statement), {"chain": chain})
        for each in SQLITE if sqlite else POSTGRESQL:
            db.session.execute(text(each))


def test_an_untouched_trail_is_found_sound(world: World, app: Flask) -> None:
    ran = run(app, "verify", "audit")
    assert ran.exit_code == 0, ran.stderr
    assert "nothing is altered or missing" in ran.output


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "UPDATE audit_events SET header = replace(header, 'not_started', 'assured') WHERE chain_id = :chain",
            "altered",
        ),
        ("UPDATE audit_events SET prev = hash WHERE chain_id = :chain AND seq = 1", "does not follow"),
        ("UPDATE chain_heads SET seq = seq + 1 WHERE chain_id = :chain", "recorded head"),
        ("DELETE FROM chain_heads WHERE chain_id = :chain", "recorded head is missing"),
        (
            "UPDATE audit_events SET hash = prev WHERE chain_id = :chain AND seq = 1",
            "the recorded hash is another",
        ),
    ],
)
def test_an_edit_made_with_the_triggers_dropped_is_found(
    world: World, app: Flask, statement: str, message: str
) -> None:
    _tamper(statement, world)
    ran = run(app, "verify", "audit")
    assert ran.exit_code == 1
    assert "X00102: " in ran.stderr and message in ran.stderr


def test_a_text_that_somebody_deleted_is_not_taken_for_one_removed_for_confidentiality(
    world: World, app: Flask, tmp_path: Path
) -> None:
    _tamper("DELETE FROM audit_private WHERE chain_id <> :chain", world)
    ran = run(app, "verify", "audit")
    assert ran.exit_code == 1 and "X00101: event 2: its text is missing" in ran.stderr
    run(app, "export", "evidence", "--out", tmp_path / "pack.zip")
    ran = run(app, "verify", "bundle", tmp_path / "pack.zip")
    assert ran.exit_code == 1 and "event 2: its text is missing" in ran.stderr


def test_a_trail_cut_short_behind_a_pack_is_found(world: World, app: Flask) -> None:
    with writing():
        request_export(None, ["X00102"], [REC], actions.clock.today())
    _tamper("DELETE FROM audit_private WHERE chain_id = :chain", world)
    _tamper("DELETE FROM audit_events WHERE chain_id = :chain", world)
    _tamper("DELETE FROM chain_heads WHERE chain_id = :chain", world)
    ran = run(app, "verify", "audit")
    assert ran.exit_code == 1 and "X00102" in ran.stderr and "is missing" in ran.stderr


def test_what_comes_after_the_request_is_later_than_its_cut_off(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the clock stands still: otherwise a later row would slip into the pack."""
    still = actions.clock.now()
    monkeypatch.setattr("tracker.clock.now", lambda: still)
    with writing():
        saved = request_export(None, ["X00101", "X00102"], [REC], actions.clock.today())
        at = saved.requested_at
    record(world.stranger, world.theirs, Delivery.IN_PROGRESS, version=1)
    times = db.session.scalars(select(AuditEvent.at).where(AuditEvent.chain_id == world.theirs.id)).all()
    assert max(times) > at
