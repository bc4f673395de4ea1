"""`flask verify evidence` and `flask evidence sweep`, on real files that are altered, lost or never claimed."""

from __future__ import annotations

import io
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.cli import evidence as commands
from tracker.evidence import actions, queries
from tracker.evidence.actions import ItemInput, Received
from tracker.evidence.models import HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.web.transactions import writing


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101")


@pytest.fixture
def her(ours: OrganisationRef) -> Identity:
    return identity_of(factories.person(Role.CHAMPION, ours))


def hold(her: Identity, ours: OrganisationRef, *contents: bytes) -> list[str]:
    """Files that came with a form; their digests."""
    files = [Received(f"{number}.txt", io.BytesIO(content)) for number, content in enumerate(contents)]
    with writing():
        held, problems = actions.receive_files(her, ours, files)
        assert not problems
        return [each.sha256 for each in held]


def add(her: Identity, ours: OrganisationRef, *contents: bytes) -> list[str]:
    """The same, made into an item."""
    wanted = ItemInput("Rota", "", EvidenceKind.ROTA, date(2020, 1, 1), None, None, ("SEP16-12",))
    files = [Received(f"{number}.txt", io.BytesIO(content)) for number, content in enumerate(contents)]
    with writing():
        held, problems = actions.receive_files(her, ours, files)
        assert not problems
        actions.add_item(her, ours, wanted, held)
        return [each.sha256 for each in held]


def path_of(ours: OrganisationRef, sha256: str) -> Path:
    root: Path = actions.store().root  # type: ignore[attr-defined]
    return root / "cas" / str(ours.id) / sha256[:2] / sha256


def age(ours: OrganisationRef, *digests: str) -> None:
    """Let a day and an hour pass for files and for what holds them."""
    then = clock.now() - timedelta(hours=25)
    for sha256 in digests:
        os.utime(path_of(ours, sha256), (then.timestamp(), then.timestamp()))
    with writing():
        db.session.execute(update(HeldUpload).values(held_at=then))


def test_whole_files_are_said_to_be_whole(app: Flask, her: Identity, ours: OrganisationRef) -> None:
    add(her, ours, b"one", b"two")
    hold(her, ours, b"three")
    result = app.test_cli_runner().invoke(commands.verify_evidence_command)
    assert result.exit_code == 0
    assert "2 files checked: 0 missing or altered" in result.output
    assert "1 held for a form, 0 that nothing speaks of" in result.output


def test_what_is_altered_or_missing_is_named(app: Flask, her: Identity, ours: OrganisationRef) -> None:
    altered, missing, _whole = add(her, ours, b"one", b"two", b"three")
    path_of(ours, altered).chmod(0o640)
    path_of(ours, altered).write_bytes(b"0ne")
    path_of(ours, missing).unlink()
    result = app.test_cli_runner().invoke(commands.verify_evidence_command)
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("X00101 item ")]
    assert len(lines) == 2
    assert lines[0].endswith(f"file 1 ({altered}): altered")
    assert lines[1].endswith(f"file 2 ({missing}): missing")


def test_batches_lose_no_row(her: Identity, ours: OrganisationRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    add(her, ours, *(b"%d" % number for number in range(5)))
    assert commands.verify_evidence().files == 5


def test_a_sweep_takes_only_what_was_forgotten(app: Flask, her: Identity, ours: OrganisationRef) -> None:
    (kept,) = add(her, ours, b"one")
    (forgotten,) = hold(her, ours, b"two")
    age(ours, kept, forgotten)
    (fresh,) = hold(her, ours, b"three")
    result = app.test_cli_runner().invoke(args=["evidence", "sweep"])
    assert result.exit_code == 0
    assert "1 file put in the trash" in result.output
    assert path_of(ours, kept).exists()
    assert path_of(ours, fresh).exists()
    assert not path_of(ours, forgotten).exists()
    assert commands.verify_evidence().problems == []


def test_a_sweep_leaves_a_form_its_day(app: Flask, her: Identity, ours: OrganisationRef) -> None:
    hold(her, ours, b"two")
    forgotten, swept = commands.sweep_evidence()
    assert (forgotten, swept.trashed) == (0, ())
    assert queries.count_states(her, ours.id).total == 0
