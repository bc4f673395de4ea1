"""One flipped bit in each stored file: every one is named by the command, and none is served or put into a pack."""

from __future__ import annotations

import csv
import random
import zipfile
from pathlib import Path

import pytest

from bench import data
from tests.durability.asking import InProcess
from tests.durability.conftest import FIRST, Place
from tracker.extensions import db


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(20, marks=pytest.mark.short, id="short"),
        pytest.param(200, marks=pytest.mark.durability, id="long"),
    ],
)
def test_a_flipped_bit_is_named_and_never_served(
    sqlite_place: Place, tmp_path: Path, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    app = sqlite_place.app()
    data.add_files(app, sqlite_place.people.author, 1, count=count, size=5_000)
    client = sqlite_place.client(app, "champion")
    addresses = _addresses(sqlite_place)
    before = {address: client.get(address) for address in addresses}
    assert len(before) == count and {each.status for each in before.values()} == {200}
    altered = _flip_one_bit_in_each(sqlite_place.instance.folder / "evidence/cas", random.Random(count))
    assert len(altered) == count
    code, output = sqlite_place.run("verify", "evidence")
    named = [sha256 for sha256 in altered if sha256 in output]
    assert code == 1 and len(named) == count
    served = [address for address in addresses if not _is_refused(client, address, before[address].body)]
    assert not served
    _not_in_a_pack(sqlite_place, tmp_path / "pack.zip", count)
    with app.app_context():
        db.engine.dispose()
    with capsys.disabled():
        print(f"\n  one bit flipped in each of {count} files: {len(named)} named, {len(served)} served")


def _addresses(place: Place) -> list[str]:
    rows = place.rows("SELECT item_id, revision FROM evidence_files ORDER BY id")
    return [
        f"/organisations/{FIRST}/evidence/{str(row[0]).replace('-', '')[:8]}-{row[0][8:12]}-{row[0][12:16]}-"
        f"{row[0][16:20]}-{row[0][20:]}/files/{row[1]}"
        for row in rows
    ]


def _flip_one_bit_in_each(store: Path, choose: random.Random) -> list[str]:
    found = []
    for path in sorted(store.glob("*/*/*")):
        content = bytearray(path.read_bytes())
        content[choose.randrange(len(content))] ^= 1 << choose.randrange(8)
        path.chmod(0o640)
        path.write_bytes(content)
        found.append(path.name)
    return found


def _is_refused(client: InProcess, address: str, whole: bytes) -> bool:
    answer = client.get(address)
    return answer.status == 503 and whole[:100] not in answer.body and b"<h1" in answer.body


def _not_in_a_pack(place: Place, pack: Path, count: int) -> None:
    code, output = place.run("export", "evidence", "--organisation", FIRST, "--out", str(pack))
    assert code == 0, output
    with zipfile.ZipFile(pack) as archive:
        assert not [name for name in archive.namelist() if name.startswith("data/evidence/")]
        told = list(csv.reader(archive.read("data/omissions.csv").decode("utf-8-sig").splitlines()))
    assert len([row for row in told if "data/evidence/" in row[0]]) == count
    assert place.run("verify", "bundle", str(pack))[0] == 0
