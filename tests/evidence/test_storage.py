"""The store: nothing acknowledged is lost, nothing altered is served, nothing is shared or removed at once."""

import hashlib
import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tracker.errors import RuleBroken
from tracker.evidence import storage
from tracker.evidence.storage import EvidenceAltered, FileStore, store_from_url

OURS, THEIRS = UUID(int=1), UUID(int=2)
BYTES = b"Deteriorating Patient Group minutes " * 100
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "evidence")


def stored(store: FileStore, organisation_id: UUID = OURS, content: bytes = BYTES) -> str:
    incoming = store.receive(io.BytesIO(content), 1_000_000)
    store.keep(organisation_id, incoming)
    return incoming.sha256


def path_of(store: FileStore, sha256: str, organisation_id: UUID = OURS) -> Path:
    return store.root / "cas" / str(organisation_id) / sha256[:2] / sha256


def make_old(path: Path, hours: int = 25) -> None:
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def test_what_is_received_is_hashed_and_kept_read_only(store: FileStore) -> None:
    incoming = store.receive(io.BytesIO(BYTES), len(BYTES))
    assert (incoming.sha256, incoming.size) == (DIGEST, len(BYTES))
    store.keep(OURS, incoming)
    path = path_of(store, DIGEST)
    assert path.read_bytes() == BYTES
    assert path.stat().st_mode & 0o777 == 0o440
    assert not incoming.path.exists()
    assert (
        store.exists(OURS, DIGEST) and store.size(OURS, DIGEST) == len(BYTES) and store.verify(OURS, DIGEST)
    )
    with store.open_verified(OURS, DIGEST) as file:
        assert file.read() == BYTES


def test_too_much_is_refused_and_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(RuleBroken, match="or smaller"):
        store.receive(io.BytesIO(BYTES), len(BYTES) - 1)
    assert list((store.root / "incoming").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing(store: FileStore) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.receive(Broken(), 10)
    assert list((store.root / "incoming").iterdir()) == []


def test_a_discarded_file_is_gone(store: FileStore) -> None:
    incoming = store.receive(io.BytesIO(BYTES), 1_000_000)
    incoming.discard()
    incoming.discard()
    assert not incoming.path.exists()


def test_every_step_is_durable_before_the_next(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, then each new folder in its parent, then the rename, then the shard: any other order can lose it."""
    calls: list[tuple[str, str]] = []
    real_fsync, real_rename, real_mkdir = os.fsync, os.rename, os.mkdir

    def fsync(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        calls.append(("fsync", target.relative_to(store.root).as_posix()))
        real_fsync(descriptor)

    def rename(source: Path, target: Path) -> None:
        calls.append(("rename", target.relative_to(store.root).as_posix()))
        real_rename(source, target)

    def mkdir(path: Path, mode: int = 0o777) -> None:
        calls.append(("mkdir", Path(path).relative_to(store.root).as_posix()))
        real_mkdir(path, mode)

    incoming = store.receive(io.BytesIO(BYTES), 1_000_000)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(os, "mkdir", mkdir)
    store.keep(OURS, incoming)

    folder, shard = f"cas/{OURS}", f"cas/{OURS}/{DIGEST[:2]}"
    assert calls == [
        ("fsync", f"incoming/{incoming.path.name}"),
        ("mkdir", folder),
        ("fsync", "cas"),
        ("mkdir", shard),
        ("fsync", folder),
        ("rename", f"{shard}/{DIGEST}"),
        ("fsync", shard),
    ]


def test_the_same_bytes_twice_are_one_file(store: FileStore) -> None:
    assert stored(store) == stored(store) == DIGEST
    assert list(store.iter_all()) == [(OURS, DIGEST)]
    assert list((store.root / "incoming").iterdir()) == []


def test_another_organisation_does_not_share(store: FileStore) -> None:
    stored(store)
    assert not store.exists(THEIRS, DIGEST)
    stored(store, THEIRS)
    assert list(store.iter_all()) == [(OURS, DIGEST), (THEIRS, DIGEST)]
    assert path_of(store, DIGEST).stat().st_ino != path_of(store, DIGEST, THEIRS).stat().st_ino


@pytest.mark.parametrize("position", [0, 1000, len(BYTES) - 1])
def test_a_flipped_bit_is_named_and_never_served(store: FileStore, position: int) -> None:
    stored(store)
    path = path_of(store, DIGEST)
    altered = bytearray(BYTES)
    altered[position] ^= 1
    path.chmod(0o640)
    path.write_bytes(altered)
    assert not store.verify(OURS, DIGEST)
    with pytest.raises(EvidenceAltered, match=DIGEST):
        store.open_verified(OURS, DIGEST)
    with pytest.raises(EvidenceAltered):
        stored(store)


def test_a_missing_file_does_not_verify(store: FileStore) -> None:
    assert not store.verify(OURS, DIGEST)
    with pytest.raises(FileNotFoundError):
        store.open_verified(OURS, DIGEST)


@pytest.mark.parametrize("sha256", ["", "..", "../../x", DIGEST.upper(), DIGEST + "0", DIGEST[:-1] + "/"])
def test_only_a_digest_names_a_file(store: FileStore, sha256: str) -> None:
    with pytest.raises(ValueError):
        store.open(OURS, sha256)


def test_the_sweep_takes_only_what_is_old_and_unclaimed(store: FileStore) -> None:
    now = datetime.now(UTC)
    claimed, orphan, fresh = (stored(store, OURS, content) for content in (b"claimed", b"orphan", b"fresh"))
    for sha256 in (claimed, orphan):
        make_old(path_of(store, sha256))
    swept = store.sweep(lambda organisation_id, sha256: (organisation_id, sha256) == (OURS, claimed), now)
    assert swept.trashed == (f"{OURS}/{orphan}",) and swept.removed == ()
    assert {sha256 for _, sha256 in store.iter_all()} == {claimed, fresh}
    assert (store.root / "trash" / now.date().isoformat() / str(OURS) / orphan).read_bytes() == b"orphan"


def test_the_trash_is_kept_thirty_days(store: FileStore) -> None:
    sha256 = stored(store)
    store.to_trash(OURS, sha256, date(2024, 5, 1))
    after_thirty = datetime(2024, 5, 31, 12, tzinfo=UTC)
    assert store.sweep(lambda *_: True, after_thirty).removed == ()
    assert store.sweep(lambda *_: True, after_thirty + timedelta(days=1)).removed == (
        f"2024-05-01/{OURS}/{sha256}",
    )
    assert list((store.root / "trash").iterdir()) == []


def test_what_never_finished_arriving_is_swept_too(store: FileStore) -> None:
    incoming = store.receive(io.BytesIO(BYTES), 1_000_000)
    make_old(incoming.path)
    assert store.sweep(lambda *_: True, datetime.now(UTC)).trashed == (f"incoming/{incoming.path.name}",)
    assert not incoming.path.exists()


def test_a_file_wanted_again_while_the_sweep_looks_at_it_stays(store: FileStore) -> None:
    sha256 = stored(store)
    make_old(path_of(store, sha256))

    def uploaded_again_meanwhile(organisation_id: UUID, digest: str) -> bool:
        stored(store)
        return False

    assert store.sweep(uploaded_again_meanwhile, datetime.now(UTC)).trashed == ()
    assert store.verify(OURS, sha256)


def test_an_old_orphan_uploaded_again_is_young(store: FileStore) -> None:
    sha256 = stored(store)
    make_old(path_of(store, sha256))
    stored(store)
    assert store.sweep(lambda *_: False, datetime.now(UTC)).trashed == ()


def test_erasing_leaves_nothing_anywhere(store: FileStore) -> None:
    sha256 = stored(store)
    store.to_trash(OURS, sha256, date(2024, 5, 1))
    stored(store)
    store.erase(OURS, sha256)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    store.erase(OURS, sha256)


def test_health(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.check()
    assert list((store.root / "incoming").iterdir()) == []
    monkeypatch.setattr(store, "_incoming", store.root / "gone")
    with pytest.raises(OSError):
        store.check()


def test_store_from_url(tmp_path: Path) -> None:
    relative = store_from_url("file://instance/evidence", tmp_path)
    assert isinstance(relative, FileStore) and relative.root == tmp_path / "instance" / "evidence"
    absolute = store_from_url(f"file://{tmp_path}/else%20where", Path("/nowhere"))
    assert isinstance(absolute, FileStore) and absolute.root == tmp_path / "else where"
    for url, words in (
        ("s3://bucket/x", "not supported yet"),
        ("evidence", "file://"),
        ("file://", "file://"),
    ):
        with pytest.raises(ValueError, match=words):
            store_from_url(url, tmp_path)


def test_a_file_store_is_an_evidence_store(tmp_path: Path) -> None:
    store: storage.EvidenceStore = FileStore(tmp_path)
    incoming = store.receive(io.BytesIO(b"x"), 1)
    assert incoming.size == 1
    incoming.discard()
