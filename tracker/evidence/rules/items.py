"""What evidence may be: kinds, accepted types, limits, names and links; no files, no database."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from tracker.errors import RuleBroken

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class EvidenceUse:
    """What rests on an item besides recommendations. `endpoint`, `values`: for `url_for`, without the organisation."""

    text: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None


class EvidenceKind(StrEnum):
    POLICY = "policy"
    TRAINING_RECORD = "training_record"
    SLIDES = "slides"
    MINUTES = "minutes"
    AUDIT_REPORT = "audit_report"
    ROLE_DESCRIPTION = "role_description"
    ROTA = "rota"
    PHOTOGRAPH = "photograph"
    LINK = "link"
    OTHER = "other"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes. The container limits hold for documents that are ZIP files inside."""

    file_bytes: int = 50 * MEGABYTE
    files: int = 10
    request_bytes: int = 200 * MEGABYTE
    container_members: int = 2_000
    container_bytes: int = 200 * MEGABYTE
    container_ratio: int = 100


CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "png": "image/png",
    "jpg": "image/jpeg",
}
ACCEPTED = "PDF, Word (docx), Excel (xlsx), PowerPoint (pptx), odt, ods, csv, txt, png or jpg"


def extension_of(file_name: str) -> str:
    """The accepted extension that a name ends in, without its dot; RuleBroken when it is not one."""
    suffix = PurePosixPath(_last_part(file_name)).suffix.lower().lstrip(".")
    extension = "jpg" if suffix == "jpeg" else suffix
    if extension not in CONTENT_TYPES:
        kind = f"A .{suffix} file" if suffix else "A file without an ending such as .pdf"
        raise RuleBroken("files", f"{file_name}: {kind} cannot be evidence here. Save it as {ACCEPTED}.")
    return extension


def size_in_words(size: int) -> str:
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / 1024))} KB"


def too_large_message(file_name: str, limits: Limits) -> str:
    return (
        f"{file_name} is larger than {size_in_words(limits.file_bytes)}. "
        "Save a smaller copy (fewer or smaller pictures), or split it."
    )


def is_live(withdrawn: bool, valid_until: date | None, on: date) -> bool:
    """Live on a day: not withdrawn, and that day is not past the valid-until date, which itself still counts."""
    return not withdrawn and (valid_until is None or on <= valid_until)


# --- links -------------------------------------------------------------------------------------------------

LINK_CHARACTERS = 2_000


def validate_link(url: str) -> str:
    """The link without surrounding space; RuleBroken('link') unless it is a plain web address."""
    link = url.strip()
    if len(link) > LINK_CHARACTERS:
        raise RuleBroken("link", f"The link must be {LINK_CHARACTERS:,} characters or fewer")
    if re.search(r"[\s\x00-\x1f\x7f\\]", link):
        raise RuleBroken("link", "The link must not contain spaces, line breaks or backslashes")
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise RuleBroken("link", "The link is not a web address we can read. Copy it again") from None
    if parts.scheme not in ("http", "https") or not host:
        raise RuleBroken("link", "The link must be a web address that starts with https:// or http://")
    if "@" in parts.netloc:
        raise RuleBroken("link", "The link must not contain a user name or password. Take them out")
    return link


# --- names -------------------------------------------------------------------------------------------------

FILE_NAME_CHARACTERS = 100
TITLE_CHARACTERS = 200
_WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_file_name(name: str) -> str:
    """An ASCII name for headers and archives: no path, no spaces, no device name, at most 100 characters."""
    stem, suffix = _split_suffix(_last_part(name))
    ending = re.sub(r"[^A-Za-z0-9]", "", suffix)[:10].lower()
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", _ascii(stem)).strip("-._") or "file"
    if _WINDOWS_DEVICES.match(base):
        base = f"file-{base}"
    room = FILE_NAME_CHARACTERS - len(ending) - 1
    return f"{base[:room]}.{ending}" if ending else base[:FILE_NAME_CHARACTERS]


def title_from_file_name(name: str) -> str:
    """A first suggestion for an item's title: 'Sepsis_policy-v2.pdf' → 'Sepsis policy v2'."""
    stem, _ = _split_suffix(unicodedata.normalize("NFKC", _last_part(name)))
    words = re.sub(r"[\s_\x00-\x1f\x7f]+|(?<=\w)-(?=\w)", " ", stem).strip(" .-")
    return (words[:1].upper() + words[1:])[:TITLE_CHARACTERS].strip() or "Untitled file"


def _last_part(name: str) -> str:
    return re.split(r"[/\\]", name)[-1].strip()


def _ascii(text: str) -> str:
    visible = re.sub(r"[\x00-\x1f\x7f]", "", unicodedata.normalize("NFKD", text))
    return visible.encode("ascii", "ignore").decode()


def _split_suffix(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    return path.stem, path.suffix
