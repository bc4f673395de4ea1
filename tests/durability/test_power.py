"""The power goes while evidence is stored: what was acknowledged is on the disk, and nothing there is half a file.

Two ways of showing it. The order of the calls that the evidence store makes, recorded in Python: always. And a replay
of every system call of an upload, database included, into the disk of `power.py`, where strace is at hand: after each
call the power goes, the instance is opened as the disk would have it, and everything in it is checked. Neither is a
real power cut: a disk that forgets what it said was written is beyond both.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import event

from bench.instance import ROOT
from tests.durability.asking import record
from tests.durability.conftest import FIRST, Place
from tests.durability.power import Call, Disk, can_trace, read_calls, traced
from tracker.extensions import db

CODE = "SEP16-12"


@pytest.mark.short
def test_an_upload_is_synced_renamed_synced_and_only_then_committed(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, calls = sqlite_place.app(), list[str]()
    client = sqlite_place.client(app, "champion")
    store = sqlite_place.instance.folder / "evidence"
    _listen(monkeypatch, calls, store)
    with app.app_context():
        event.listen(db.engine, "commit", lambda _connection: calls.append("commit"))
    content = b"The rota of the autumn"
    assert record(client, FIRST, CODE, "With its proof", [("files", "rota.txt", content)]).status == 303
    sha256 = hashlib.sha256(content).hexdigest()
    shard = f"{sha256[:2]}"
    wanted = [
        "fsync file incoming/*.part",
        "mkdir cas/*",
        "fsync folder cas",
        f"mkdir cas/*/{shard}",
        "fsync folder cas/*",
        f"rename incoming/*.part cas/*/{shard}/{sha256}",
        f"fsync folder cas/*/{shard}",
        "commit",
    ]
    told = [each for each in calls if each in wanted]
    first = told.index(wanted[0])
    assert told[first : first + len(wanted)] == wanted, calls
    with app.app_context():
        db.engine.dispose()


def _listen(monkeypatch: pytest.MonkeyPatch, calls: list[str], store: Path) -> None:
    """Write down the calls of the store, with ids as stars."""

    def named(path: str | os.PathLike[str]) -> str:
        try:
            parts = list(Path(path).resolve().relative_to(store).parts)
        except ValueError:
            return ""
        if parts and parts[0] == "cas" and len(parts) > 1:
            uuid.UUID(parts[1])
            parts[1] = "*"
        if parts and parts[-1].endswith(".part"):
            parts[-1] = "*.part"
        return "/".join(parts)

    real_fsync, real_rename, real_mkdir = os.fsync, os.rename, os.mkdir

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        if name := named(path):
            calls.append(f"fsync {'folder' if path.is_dir() else 'file'} {name}")

    def rename(source: str, target: str) -> None:
        real_rename(source, target)
        calls.append(f"rename {named(source)} {named(target)}")

    def mkdir(path: str, mode: int = 0o777) -> None:
        # A folder that is there already is asked for all the same.
        if name := named(path):
            calls.append(f"mkdir {name}")
        real_mkdir(path, mode)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(os, "mkdir", mkdir)


@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
@pytest.mark.parametrize(
    ("uploads", "torn"),
    [
        pytest.param(1, 1, marks=pytest.mark.short, id="short"),
        pytest.param(20, 3, marks=pytest.mark.durability, id="long"),
    ],
)
def test_the_power_may_go_at_any_system_call(
    sqlite_place: Place, tmp_path: Path, uploads: int, torn: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sqlite_place.instance.folder
    disk, calls = _trace(sqlite_place, tmp_path, uploads)
    images = _cut_everywhere(disk, calls, tmp_path / "image", torn)
    assert sum(call.path.endswith("/notes") and call.name == "write" for call in calls) == uploads
    with capsys.disabled():
        print(
            f"\n  {uploads} uploads, {len(calls)} system calls below {folder.name}, {images} different disks: 0 lost"
        )


@pytest.mark.durability
@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
@pytest.mark.parametrize("careless", ["no fsync of files", "no fsync of folders", "synchronous off"])
def test_the_model_notices_whoever_does_not_sync(sqlite_place: Place, tmp_path: Path, careless: str) -> None:
    """The test of the test: leave one care out, and something acknowledged is lost."""
    disk, calls = _trace(sqlite_place, tmp_path, 2, careless)
    with pytest.raises(AssertionError, match=r"after call \d+"):
        _cut_everywhere(disk, calls, tmp_path / "image", 3)


def _cut_everywhere(disk: Disk, calls: list[Call], image: Path, torn: int) -> int:
    """After each call, what is certain and some of what may be; how many different disks were looked at."""
    choose, acknowledged, seen = random.Random(torn), 0, set[str]()
    for number, call in enumerate(calls):
        if call.path.endswith("/notes"):
            acknowledged += call.name == "write"
            continue
        disk.apply(call)
        for chooser in (None, *(choose for _ in range(torn))):
            disk.write_image(image, chooser)
            if (found := f"{_digest(image)} {acknowledged}") not in seen:
                seen.add(found)
                _check(image, acknowledged, f"after call {number}: {call.name} {call.path}")
            shutil.rmtree(image)
    return len(seen)


def _trace(place: Place, tmp_path: Path, uploads: int, careless: str = "") -> tuple[Disk, list[Call]]:
    """The disk as it was before, and what the uploads did to it."""
    folder, app = place.instance.folder, place.app()
    told = {
        "cookie": place.cookie(app, "champion"),
        "trust": FIRST,
        "code": CODE,
        "uploads": uploads,
        "notes": str(folder / "notes"),
        "careless": careless,
    }
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    disk = Disk(folder, loaded_from=before)
    trace = tmp_path / "trace"
    command = traced([sys.executable, "-m", "tests.durability.uploader", json.dumps(told)], trace)
    done = subprocess.run(
        command, env=place.instance.environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return disk, list(read_calls(trace, folder))


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _check(image: Path, acknowledged: int, when: str) -> None:
    """The database opens whole, holds every acknowledged step, and each of its files has its bytes."""
    connection = pysqlite3.connect(image / "tracker.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok", when
        summaries = {row[0] for row in connection.execute("SELECT summary FROM progress_entries")}
        files = connection.execute("SELECT organisation_id, sha256, size FROM evidence_files").fetchall()
    finally:
        connection.close()
    missing = [number for number in range(acknowledged) if f"Upload {number}" not in summaries]
    assert not missing, f"{when}: upload {missing} was acknowledged and is lost"
    for organisation, sha256, size in files:
        path = image / "evidence/cas" / str(uuid.UUID(organisation)) / sha256[:2] / sha256
        content = path.read_bytes() if path.exists() else b""
        assert hashlib.sha256(content).hexdigest() == sha256 and len(content) == size, f"{when}: {path.name}"
    # Nor may a file lie under a digest that it does not have: the next upload of the same bytes would trust it.
    for path in image.glob("evidence/cas/*/*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, f"{when}: half a file in the store"
