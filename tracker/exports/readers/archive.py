"""The ZIP itself: which members it has, and whether every byte of it is where the tracker would have put it."""

import hashlib
import io
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from tracker.exports import rules
from tracker.exports.rules import ZipEntry

# What zipfile raises for bytes that are no ZIP, or not one that it understands.
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
    struct.error,
)
_CHUNK = 256 * 1024
_SMALL = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """The digest and size of a member as it is."""

    sha256: str
    size: int


class Archive:
    """An open bundle. Members are looked up by path; the first of two with the same name counts."""

    def __init__(self, handle: IO[bytes]) -> None:
        self.handle = handle
        self._zip = zipfile.ZipFile(handle)
        _refuse_another_end(self._zip)
        self.infos: Sequence[zipfile.ZipInfo] = self._zip.infolist()
        self._by_path: dict[str, zipfile.ZipInfo] = {}
        for info in self.infos:
            self._by_path.setdefault(info.orig_filename, info)

    def __contains__(self, path: str) -> bool:
        return path in self._by_path

    def paths(self) -> list[str]:
        return [info.orig_filename for info in self.infos]

    def open(self, path: str) -> IO[bytes]:
        """Raises one of UNREADABLE; a compressed member is never inflated: it could be of any size."""
        info = self._by_path[path]
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise zipfile.BadZipFile("compressed or encrypted")
        return self._zip.open(info)

    def read(self, path: str) -> bytes:
        """A whole small member, such as a manifest; raises one of UNREADABLE."""
        if self._by_path[path].file_size > _SMALL:
            raise zipfile.BadZipFile("far larger than such a file can be")
        with self.open(path) as handle:
            return handle.read()

    def content(self, path: str) -> Content:
        digest, size = hashlib.sha256(), 0
        with self.open(path) as handle:
            while chunk := handle.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
        return Content(digest.hexdigest(), size)

    def text(self, path: str) -> io.TextIOWrapper:
        """For reading lines; raises UnicodeDecodeError (a ValueError) on what is not UTF-8."""
        return io.TextIOWrapper(io.BufferedReader(_Raw(self.open(path))), encoding="utf-8", newline="")

    def cut_off(self) -> datetime | None:
        """The date that bag-info.txt gives, and that every member must carry; None when it gives none."""
        stated = [value for label, value in bag_info(self) if label == rules.CUT_OFF]
        try:
            moment = datetime.strptime(stated[0], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
            rules.zip_date(moment)
        except (IndexError, ValueError):
            return None
        return moment


def _refuse_another_end(archive: zipfile.ZipFile) -> None:
    """A pack that was cut short may end in a document of its evidence, which is a ZIP too, with names of its own."""
    if all(info.header_offset for info in archive.infolist()):
        raise zipfile.BadZipFile("it was cut short, or something stands before its first member")


class _Raw(io.RawIOBase):
    """zipfile's reader as a raw stream, which a text wrapper can close without surprises."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._source.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        with closing(self._source):
            super().close()


def bag_info(archive: Archive) -> list[tuple[str, str]]:
    """(label, value) in order; empty when there is none to read."""
    try:
        text = archive.read(rules.BAG_INFO).decode()
    except (KeyError, *UNREADABLE):
        return []
    pairs = [line.partition(": ") for line in text.split("\n") if line]
    return [(label, value) for label, _, value in pairs]


def name_problems(archive: Archive) -> Iterator[tuple[str, str]]:
    """Names that could unpack to somewhere else, or over each other."""
    for info in archive.infos:
        problem = rules.path_problem(info.orig_filename)
        if problem:
            yield info.orig_filename, problem
    yield from rules.path_clashes(archive.paths())


def member_problems(archive: Archive) -> Iterator[tuple[str, str]]:
    """Members that are not plain stored files."""
    for info in archive.infos:
        if info.compress_type != zipfile.ZIP_STORED:
            yield info.orig_filename, "is compressed: the tracker stores members as they are"
        if stat.S_ISLNK(info.external_attr >> 16):
            yield info.orig_filename, "is a link"
        if info.flag_bits & 1:
            yield info.orig_filename, "is encrypted"


def order_problems(archive: Archive) -> Iterator[tuple[str, str]]:
    """Members that are required and missing, or stand in another order than the tracker's."""
    paths = archive.paths()
    for path in sorted(rules.REQUIRED_MEMBERS - set(paths)):
        yield path, "is missing from the bundle"
    last = [path for path in rules.LAST if path in archive]
    if paths != sorted(path for path in paths if path not in last) + last:
        yield "", "the members are not in the order in which the tracker writes them"


def layout_problems(archive: Archive) -> Iterator[tuple[str, str]]:
    """Bytes of the ZIP that differ from the only ones the tracker would write for these members.

    So nothing can stand before, between or after them, in a comment or in an extra field.
    """
    cut_off = archive.cut_off()
    if cut_off is None:
        yield rules.BAG_INFO, f"has no readable {rules.CUT_OFF}"
        return
    stamp = rules.zip_date(cut_off)
    entries: list[ZipEntry] = []
    offset = 0
    for info in archive.infos:
        if not info.orig_filename.isascii():
            return
        entry = ZipEntry(info.orig_filename, info.file_size, info.CRC, offset)
        expected = rules.local_header(entry, stamp)
        if _bytes_at(archive.handle, offset, len(expected)) != expected:
            yield entry.path, "does not stand in the ZIP as the tracker writes it"
            return
        entries.append(entry)
        offset += len(expected) + entry.size
    tail = b"".join(rules.directory(entries, stamp, offset))
    if _bytes_at(archive.handle, offset, len(tail) + 1) != tail:
        yield "", "the end of the ZIP is not as the tracker writes it, or something follows it"


def _bytes_at(handle: IO[bytes], offset: int, size: int) -> bytes:
    handle.seek(offset)
    return handle.read(size)
