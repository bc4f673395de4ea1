"""What an evidence bundle looks like: members, columns, cells, names and ZIP layout; nothing is read here."""

import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tracker.audit.rules import canonical
from tracker.exports.rules.columns import (
    COLUMNS as COLUMNS,
)
from tracker.exports.rules.columns import CONTROL_FIGURES as CONTROL_FIGURES
from tracker.exports.rules.columns import MEASURE_CONTROLS as MEASURE_CONTROLS
from tracker.exports.rules.columns import RECOUNTED as RECOUNTED
from tracker.exports.rules.columns import counted_as as counted_as
from tracker.exports.rules.ledger_controls import LEDGER_CONTROLS as LEDGER_CONTROLS
from tracker.exports.rules.ledger_controls import Cell as Cell
from tracker.exports.rules.ledger_controls import Count as Count
from tracker.exports.rules.ledger_controls import Wanted as Wanted
from tracker.exports.rules.ledger_controls import figures_of as figures_of
from tracker.exports.rules.ledger_controls import rows_of as rows_of
from tracker.exports.rules.ledgers import FOR_MEMBER as FOR_MEMBER
from tracker.exports.rules.ledgers import KIND_OF_EVENT as KIND_OF_EVENT
from tracker.exports.rules.ledgers import KINDS as KINDS
from tracker.exports.rules.ledgers import LEDGER_FILES as LEDGER_FILES
from tracker.exports.rules.ledgers import MEMBER_REMOVED as MEMBER_REMOVED
from tracker.exports.rules.ledgers import NATIONAL as NATIONAL
from tracker.exports.rules.ledgers import RECEIVED as RECEIVED
from tracker.exports.rules.ledgers import Kind as Kind
from tracker.exports.rules.ledgers import audiences_text as audiences_text
from tracker.exports.rules.ledgers import in_order as in_order
from tracker.spreadsheets.cells import guarded

# --- members ----------------------------------------------------------------------------------------------

BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal.json"
OMISSIONS = "data/omissions.csv"
AUDIT = "data/audit.jsonl"
CHECKPOINT = "data/checkpoint.json"
INDEX = "data/index.html"
EVIDENCE_FOLDER = "data/evidence/"

BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
OXUM = "Payload-Oxum"
CUT_OFF = "Bundle-Cut-Off"
SEAL_KEY = "Seal-Public-Key"
BAGGING_DATE = "Bagging-Date"
AS_AT = "As-At"

TAG_FILES = frozenset((BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, SEAL))
# Written by the bundle itself and never by a plan; what depends on everything else comes last, in this order.
LAST = (OMISSIONS, SEAL, MANIFEST, TAG_MANIFEST)


class OmissionReason(Enum):
    """Why something that belongs in the bundle is not in it."""

    MISSING = "missing"
    ALTERED = "altered"
    REDACTED = "redacted"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Omission:
    """One thing that should be in the bundle; `found_sha256` is what was there instead, if anything."""

    member: str
    reason: OmissionReason
    explanation: str
    expected_sha256: str = ""
    expected_bytes: int | None = None
    found_sha256: str = ""

    def row(self) -> Sequence[object]:
        size = "" if self.expected_bytes is None else self.expected_bytes
        return (
            self.member,
            self.reason.value,
            self.explanation,
            self.expected_sha256,
            size,
            self.found_sha256,
        )


# Keys of an event's text that hold the name of a person or how to reach one.
NAMING_KEYS = frozenset(
    (
        *("name", "email", "address", "user_agent", "accountable_person", "lead_executive", "owner"),
        # Who checked training, and answers to questions: some ask for a person.
        *("assessor", "answers"),
    )
)


# Who does a piece of the programme stands on a public page, and in programme.csv.
PUBLISHED_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"programme.state_recorded": frozenset(("owner",))}
)


def holds_names(text: bytes | None, event: str = "") -> bool:
    """Whether the text of this type of event, which is canonical JSON, says a name outright.

    Quotes inside a value are escaped, so `"owner":` can only be a key.
    """
    keys = NAMING_KEYS - PUBLISHED_KEYS.get(event, frozenset())
    return text is not None and any(f'"{key}":'.encode() in text for key in keys)


REQUIRED_MEMBERS = frozenset(
    (BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, INDEX, AUDIT, CHECKPOINT, *(f"data/{name}" for name in COLUMNS))
)

# --- cells ------------------------------------------------------------------------------------------------


def safe_cell(value: object) -> str:
    """The text of a CSV cell; text that a spreadsheet would run as a formula gets a leading apostrophe.

    Only real numbers stay as they are: a text of “-3” may be the start of a formula.
    """
    write = _WRITTEN.get(type(value))
    if write is not None:
        return write(value)
    return safe_cell(value.value) if isinstance(value, Enum) else guarded(str(value))


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the second, with microseconds only where there are any."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


# Asked once for each of some million cells, so by type and not by one condition after another.
_WRITTEN: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        str: guarded,
        type(None): lambda _nothing: "",
        bool: lambda yes: "yes" if yes else "no",
        int: str,
        float: str,
        UUID: str,
        datetime: moment_text,
        date: date.isoformat,
    }
)


# --- names ------------------------------------------------------------------------------------------------

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_RESERVED = frozenset(("con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(10))))
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
_PATH_LENGTH = 240


def path_problem(path: str) -> str | None:
    """Why a member may not have this path, or None: it must unpack to the same place on every system."""
    if not path.isascii():
        return "its name is not ASCII"
    if path.startswith("/") or "\\" in path or ":" in path:
        return "its path is absolute or not portable"
    if len(path) > _PATH_LENGTH:
        return "its path is too long"
    segments = path.split("/")
    if ".." in segments:
        return "its path climbs out of the bundle"
    if not all(_is_portable(each) for each in segments):
        return "its name is not portable"
    return None


def _is_portable(segment: str) -> bool:
    stem = segment.partition(".")[0].lower()
    return bool(_SEGMENT.fullmatch(segment)) and not segment.endswith(".") and stem not in _RESERVED


def member_path(path: str) -> str:
    """The path itself when a member may have it, ValueError otherwise."""
    problem = path_problem(path)
    if problem:
        raise ValueError(f"{path!r}: {problem}")
    return path


def path_clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, what) for names that are there twice, differ in case only, or are both a file and a folder."""
    files: dict[str, str] = {}
    for path in paths:
        if files.get(path.lower()) == path:
            yield path, "is in the bundle twice"
        elif path.lower() in files:
            yield path, f"differs from {files[path.lower()]} in case only"
        files.setdefault(path.lower(), path)
    folders: dict[str, str] = {}
    for path in files.values():
        for folder in _folders(path):
            if folder.lower() in files:
                yield path, f"lies in a folder that has the name of a file, {folder}"
            elif folders.setdefault(folder.lower(), folder) != folder:
                yield path, f"lies in a folder that differs from {folders[folder.lower()]} in case only"


def _folders(path: str) -> Iterator[str]:
    segments = path.split("/")
    return ("/".join(segments[:depth]) for depth in range(1, len(segments)))


def safe_file_name(original: str, limit: int = 80) -> str:
    """A portable ASCII name that a person still recognises; the extension survives a cut."""
    plain = unicodedata.normalize("NFKD", original).encode("ascii", "ignore").decode()
    extension = _EXTENSION.search(plain)
    ending = extension[0] if extension else ""
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", plain.removesuffix(ending)).strip("-") or "file"
    return stem[: limit - len(ending)].rstrip("-") + ending


def evidence_path(*, organisation: str, item: str, revision: int, file_name: str) -> str:
    """`data/evidence/<organisation>/<item>-r<revision>-<safe file name>`."""
    name = safe_file_name(file_name)
    return member_path(f"{EVIDENCE_FOLDER}{organisation}/{item}-r{revision}-{name}")


# --- the dated seal -----------------------------------------------------------------------------------------


def seal_message(tags: Mapping[str, str]) -> bytes:
    """What the seal signs: the digests of the manifest and of the files that say what the bundle is."""
    return b"sepsis-tracker bundle seal 1\n" + canonical(dict(tags))


# --- ZIP layout -------------------------------------------------------------------------------------------
#
# Stored members with nothing optional: the bytes follow from names, sizes, CRCs and one date, so the writer
# can tell the length beforehand, and the verifier can demand exactly these bytes with no room for others.

_MAX_32 = 0xFFFFFFFF
_MAX_16 = 0xFFFF
_PLAIN, _WIDE = 20, 45
_UNIX = 3 << 8
_REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A stored member: `offset` is where its local header begins."""

    path: str
    size: int
    crc: int
    offset: int


def zip_date(moment: datetime) -> tuple[int, int]:
    """(time, date) as MS-DOS has them, in UTC, to two seconds."""
    utc = moment.astimezone(UTC)
    if not 1980 <= utc.year <= 2107:
        raise ValueError("a ZIP can hold dates from 1980 to 2107")
    clock = utc.hour << 11 | utc.minute << 5 | utc.second // 2
    return clock, (utc.year - 1980) << 9 | utc.month << 5 | utc.day


def local_header(entry: ZipEntry, stamp: tuple[int, int]) -> bytes:
    """What stands before a member's bytes."""
    wide = entry.size >= _MAX_32
    size = _MAX_32 if wide else entry.size
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if wide else b""
    name = entry.path.encode("ascii")
    version = _WIDE if wide else _PLAIN
    numbers = (0x04034B50, version, 0, 0, *stamp, entry.crc, size, size, len(name), len(extra))
    return struct.pack("<IHHHHHIIIHH", *numbers) + name + extra


def central_header(entry: ZipEntry, stamp: tuple[int, int]) -> bytes:
    """The member's line in the directory at the end."""
    wide_size, wide_offset = entry.size >= _MAX_32, entry.offset >= _MAX_32
    numbers = [entry.size, entry.size] * wide_size + [entry.offset] * wide_offset
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    size, offset = (_MAX_32 if wide_size else entry.size), (_MAX_32 if wide_offset else entry.offset)
    name = entry.path.encode("ascii")
    version = _WIDE if numbers else _PLAIN
    first = (0x02014B50, _UNIX | version, version, 0, 0, *stamp, entry.crc, size, size)
    last = (len(name), len(extra), 0, 0, 0, _REGULAR_FILE, offset)
    return struct.pack("<IHHHHHHIIIHHHHHII", *first, *last) + name + extra


def end_records(*, count: int, size: int, offset: int) -> bytes:
    """What closes the ZIP: `size` and `offset` are those of the directory."""
    wide = b""
    if count >= _MAX_16 or size >= _MAX_32 or offset >= _MAX_32:
        fields = (0x06064B50, 44, _UNIX | _WIDE, _WIDE, 0, 0, count, count, size, offset)
        wide = struct.pack("<IQHHIIQQQQ", *fields) + struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    short = min(count, _MAX_16)
    end = (0x06054B50, 0, 0, short, short, min(size, _MAX_32), min(offset, _MAX_32), 0)
    return wide + struct.pack("<IHHHHIIH", *end)


def directory(entries: Sequence[ZipEntry], stamp: tuple[int, int], offset: int) -> Iterator[bytes]:
    """Everything after the last member, which ended at `offset`."""
    size = 0
    for entry in entries:
        line = central_header(entry, stamp)
        size += len(line)
        yield line
    yield end_records(count=len(entries), size=size, offset=offset)
