"""Where the bytes of evidence lie: received, kept by digest within an organisation, verified; no rows, no HTTP."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote
from uuid import UUID, uuid4

from tracker.errors import RuleBroken
from tracker.evidence.rules import size_in_words

CHUNK = 1024 * 1024
UNCLAIMED_FOR = timedelta(hours=24)
TRASH_KEPT_FOR = timedelta(days=30)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EvidenceAltered(Exception):
    """A stored file whose bytes no longer have the digest that names it. It is an alarm, and is never served."""

    def __init__(self, organisation_id: UUID, sha256: str) -> None:
        super().__init__(f"evidence {organisation_id}/{sha256} does not have the bytes that were stored")
        self.organisation_id, self.sha256 = organisation_id, sha256


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Incoming:
    """Bytes that have arrived and belong to nobody yet."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Swept:
    """What a sweep did: names of files without a row put in the trash, and of those removed from it for good."""

    trashed: tuple[str, ...]
    removed: tuple[str, ...]


class EvidenceStore(Protocol):
    """What the application needs of a store. Digests are lower-case hexadecimal SHA-256."""

    def receive(self, stream: Readable, max_bytes: int) -> Incoming: ...
    def keep(self, organisation_id: UUID, incoming: Incoming) -> None: ...
    def open(self, organisation_id: UUID, sha256: str) -> BinaryIO: ...
    def open_verified(self, organisation_id: UUID, sha256: str) -> BinaryIO: ...
    def exists(self, organisation_id: UUID, sha256: str) -> bool: ...
    def size(self, organisation_id: UUID, sha256: str) -> int: ...
    def verify(self, organisation_id: UUID, sha256: str) -> bool: ...
    def iter_all(self) -> Iterator[tuple[UUID, str]]: ...
    def to_trash(self, organisation_id: UUID, sha256: str, on: date) -> None: ...
    def erase(self, organisation_id: UUID, sha256: str) -> None: ...
    def sweep(self, has_row: Callable[[UUID, str], bool], now: datetime) -> Swept: ...
    def check(self) -> None: ...


class FileStore:
    """A folder: incoming/, cas/<organisation>/ab/<sha256>, trash/<day>/<organisation>/<sha256>."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming, self._cas, self._trash = root / "incoming", root / "cas", root / "trash"
        root.mkdir(parents=True, exist_ok=True)
        for folder in (self._incoming, self._cas, self._trash):
            _make_folder(folder)

    def receive(self, stream: Readable, max_bytes: int) -> Incoming:
        """Write a stream to incoming/, hashing it on the way. RuleBroken('files') when it is longer than allowed."""
        path = self._incoming / f"{uuid4().hex}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > max_bytes:
                        raise RuleBroken("files", f"Each file must be {size_in_words(max_bytes)} or smaller")
                    digest.update(chunk)
                    file.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Incoming(path, digest.hexdigest(), size)

    def keep(self, organisation_id: UUID, incoming: Incoming) -> None:
        """Make received bytes durable under their digest; when this returns, a power cut cannot lose them.

        EvidenceAltered when a file of that digest is there already with other bytes in it.
        """
        target = self._path(organisation_id, incoming.sha256)
        if self._is_there(organisation_id, incoming.sha256):
            _sync_folder(target.parent)  # whoever put it there may not have come so far
            incoming.discard()
            return
        _sync_file(incoming.path, mode=0o440)
        _make_folder(target.parent.parent)
        _make_folder(target.parent)
        os.rename(incoming.path, target)
        _sync_folder(target.parent)

    def open(self, organisation_id: UUID, sha256: str) -> BinaryIO:
        return self._path(organisation_id, sha256).open("rb")

    def open_verified(self, organisation_id: UUID, sha256: str) -> BinaryIO:
        """The file at its beginning, its digest just checked on the same descriptor; EvidenceAltered otherwise."""
        file = self.open(organisation_id, sha256)
        try:
            if _digest_of(file) != sha256:
                raise EvidenceAltered(organisation_id, sha256)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def exists(self, organisation_id: UUID, sha256: str) -> bool:
        return self._path(organisation_id, sha256).is_file()

    def size(self, organisation_id: UUID, sha256: str) -> int:
        return self._path(organisation_id, sha256).stat().st_size

    def verify(self, organisation_id: UUID, sha256: str) -> bool:
        """Whether the file is there with the bytes that its name says."""
        try:
            self.open_verified(organisation_id, sha256).close()
        except (EvidenceAltered, OSError):
            return False
        return True

    def iter_all(self) -> Iterator[tuple[UUID, str]]:
        """Every stored file by organisation and digest, in order."""
        for path in sorted(self._cas.glob("*/*/*")):
            yield UUID(path.parent.parent.name), path.name

    def to_trash(self, organisation_id: UUID, sha256: str, on: date) -> None:
        _move(self._path(organisation_id, sha256), self._trash_path(on, str(organisation_id), sha256))

    def erase(self, organisation_id: UUID, sha256: str) -> None:
        """Remove the bytes everywhere in this store: for redaction only, where even the trash must not hold them."""
        stored = self._path(organisation_id, sha256)
        for path in (stored, *self._trash.glob(f"*/{organisation_id}/{sha256}")):
            if path.exists():
                path.unlink()
                _sync_folder(path.parent)

    def sweep(self, has_row: Callable[[UUID, str], bool], now: datetime) -> Swept:
        """Put in the trash what no row has claimed for a day, and empty the trash of what lay there thirty."""
        trashed = [*self._sweep_stored(has_row, now), *self._sweep_incoming(now)]
        return Swept(tuple(trashed), tuple(self._empty_trash(now)))

    def check(self) -> None:
        """OSError when the store cannot be written to."""
        probe = self._incoming / f"{uuid4().hex}.check"
        try:
            probe.write_bytes(b"ok")
        finally:
            probe.unlink(missing_ok=True)

    def _path(self, organisation_id: UUID, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 digest")
        return self._cas / str(organisation_id) / sha256[:2] / sha256

    def _trash_path(self, on: date, owner: str, name: str) -> Path:
        return self._trash / on.isoformat() / owner / name

    def _is_there(self, organisation_id: UUID, sha256: str) -> bool:
        path = self._path(organisation_id, sha256)
        try:
            # A sweep that is looking at this file now sees that it is wanted again.
            os.utime(path)
            self.open_verified(organisation_id, sha256).close()
        except FileNotFoundError:
            return False
        return True

    def _sweep_stored(self, has_row: Callable[[UUID, str], bool], now: datetime) -> Iterator[str]:
        for organisation_id, sha256 in list(self.iter_all()):
            path = self._path(organisation_id, sha256)
            seen = path.stat().st_mtime_ns
            if not _older(seen, UNCLAIMED_FOR, now) or has_row(organisation_id, sha256):
                continue
            self.to_trash(organisation_id, sha256, now.date())
            trashed = self._trash_path(now.date(), str(organisation_id), sha256)
            if trashed.stat().st_mtime_ns != seen:
                # `keep` found it just before it was moved: a row for it is on its way.
                _move(trashed, path)
                continue
            yield f"{organisation_id}/{sha256}"

    def _sweep_incoming(self, now: datetime) -> Iterator[str]:
        for path in sorted(self._incoming.iterdir()):
            if _older(path.stat().st_mtime_ns, UNCLAIMED_FOR, now):
                _move(path, self._trash_path(now.date(), "incoming", path.name))
                yield f"incoming/{path.name}"

    def _empty_trash(self, now: datetime) -> Iterator[str]:
        for day in sorted(self._trash.iterdir()):
            if date.fromisoformat(day.name) < now.date() - TRASH_KEPT_FOR:
                yield from sorted(str(path.relative_to(self._trash)) for path in day.glob("*/*"))
                shutil.rmtree(day)


def store_from_url(url: str, base_dir: Path) -> EvidenceStore:
    """The store that EVIDENCE_URL names: file://relative/to/base or file:///absolute."""
    scheme, found, rest = url.partition("://")
    if scheme == "s3":
        raise ValueError("EVIDENCE_URL: s3:// is not supported yet; use file://")
    if scheme != "file" or not found or not rest:
        raise ValueError("EVIDENCE_URL must look like file://instance/evidence or file:///srv/evidence")
    return FileStore(base_dir / unquote(rest))


def _digest_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _older(mtime_ns: int, age: timedelta, now: datetime) -> bool:
    return now.timestamp() - mtime_ns / 1e9 > age.total_seconds()


def _move(source: Path, target: Path) -> None:
    """Within the store; both folders are durable afterwards."""
    _make_folder(target.parent.parent)
    _make_folder(target.parent)
    os.rename(source, target)
    _sync_folder(target.parent)
    _sync_folder(source.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder, and its name in its parent durable: an fsynced file in a lost folder is lost."""
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_file(path: Path, *, mode: int) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
