"""Documents that are ZIP files inside, whatever their kind: names, sizes while inflating, nothing nested."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import RuleBroken
from tracker.evidence.readers import signatures
from tracker.evidence.rules import MEGABYTE, Limits

CHUNK = 64 * 1024
BROKEN = "This document is damaged. Open it, save it again, and add the new copy."
ENCRYPTED = "This document is protected by a password. Save it without one and add it again."
SUSPECT = "This document is put together in a way that office programs do not use. Save it again as PDF."
TOO_MUCH = "This document unpacks to far more than its size. Save it again as PDF, or split it."
NESTED = (
    "This document has another file inside it ({name}). "
    "Take the embedded file out and add it by itself, or save the document as PDF."
)
MACROS = "This document holds macros. Save it as a document without macros, or as PDF."
OUTSIDE = (
    "This document fetches something from another place when it is opened (a linked picture, template or "
    "workbook). Put it into the document or take the link out, or save the document as PDF."
)
_NESTED_KINDS = ("zip", "ole", "archive", "program")
_UNSAFE_NAME = re.compile(r"^/|^[A-Za-z]:|\\|[\x00-\x1f]|(^|/)\.\.?(/|$)|//")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Container:
    """An opened document. Each member is to be read once through `chunks`, which counts what comes out."""

    def __init__(self, archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
        self._archive, self._size, self._limits = archive, size, limits
        self._inflated = 0
        self.members = archive.infolist()
        self.names = frozenset(member.filename for member in self.members)
        self._check_members()

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """A member's bytes. Declared sizes can lie, so the limits hold for what was really inflated."""
        inflated = 0
        with self._archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                if not inflated:
                    _refuse_nested(member.filename, chunk)
                inflated += len(chunk)
                self._inflated += len(chunk)
                self._check_inflation(member, inflated)
                yield chunk

    def drain(self, member: zipfile.ZipInfo) -> None:
        """Read a member for its size and checksum only."""
        for _ in self.chunks(member):
            pass

    def require(self, *names: str) -> None:
        if not self.names.issuperset(names):
            raise RuleBroken(
                "files", "The content is not of the type that its name says. Save it again as PDF."
            )

    def _check_inflation(self, member: zipfile.ZipInfo, inflated: int) -> None:
        ratio = self._limits.container_ratio
        dense = inflated > MEGABYTE and inflated > ratio * max(1, member.compress_size)
        if dense or self._inflated > min(self._limits.container_bytes, ratio * self._size):
            raise RuleBroken("files", TOO_MUCH)

    def _check_members(self) -> None:
        if len(self.members) > self._limits.container_members:
            raise RuleBroken("files", TOO_MUCH)
        if len({name.casefold() for name in self.names}) != len(self.members):
            raise RuleBroken("files", SUSPECT)
        # Something put before the first member makes a file that two programs read as two different things.
        if min((member.header_offset for member in self.members), default=1) != 0:
            raise RuleBroken("files", SUSPECT)
        for member in self.members:
            _check_member(member)


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Container]:
    """The container at a path; whatever is wrong with its ZIP structure or compression is RuleBroken."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Container(archive, path.stat().st_size, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError, OSError) as error:
        raise RuleBroken("files", BROKEN) from error


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x41:
        raise RuleBroken("files", ENCRYPTED)
    linked = stat.S_ISLNK(member.external_attr >> 16)
    if linked or _UNSAFE_NAME.search(member.orig_filename) or member.compress_type not in _METHODS:
        raise RuleBroken("files", SUSPECT)
    if member.filename.casefold().endswith("vbaproject.bin"):
        raise RuleBroken("files", MACROS)


def _refuse_nested(name: str, head: bytes) -> None:
    if signatures.signature(head) in _NESTED_KINDS:
        raise RuleBroken("files", NESTED.format(name=name.rpartition("/")[2]))
