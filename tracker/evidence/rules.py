"""What evidence may be: kinds, accepted types, limits, names, links and patient identifiers; no files, no database."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import nhs_number

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


# --- patient identifiers -----------------------------------------------------------------------------------

# Readers put this between cells and paragraphs, so that two neighbouring figures never read as one number.
CELL_BREAK = "\0"

NHS_NUMBER_DIGITS = 10
# What people put inside an NHS number. Comma, colon and line break are not here: they part figures in lists,
# times and columns far more often, and count only in the written shape 3-3-4.
_SEPARATORS = r" \-\u2010-\u2015\u2212./\\_()\u00b7"
_SEPARATOR = f"[{_SEPARATORS}]"
# A first look, six times as fast, for stretches long enough to hold a run: most of a text is not.
_STRETCH = re.compile(f"[0-9][0-9{_SEPARATORS}]{{8,}}[0-9]")
_RUN = re.compile(rf"[0-9](?:(?:{_SEPARATOR}{{0,2}}| {_SEPARATOR} )[0-9]){{9,}}")
_WRITTEN = re.compile(r"([0-9]{3})(?<![0-9]{4})[^\w\0]{1,3}([0-9]{3})[^\w\0]{1,3}([0-9]{4})(?![0-9])")
_TELEPHONE_LEAD = re.compile(r"(?:\+\s?\(?44|0044|(?<![0-9])0)[^\w\0]{0,4}$")
_SHAPE = (3, 3, 4)


def find_identifiers(text: str, *, document: bool = False) -> tuple[str, ...]:
    """NHS numbers in a text, each once, masked to their first three digits.

    A number is a run of exactly ten digits with up to two separators between them, or ten digits written
    together or as 3-3-4 inside a longer run (a ward or a date before it), that `nhs_number.is_valid` accepts.
    In a document, a row of figures and a decimal fraction are not taken for one: one in eleven would pass.
    Telephone numbers (0… of eleven digits, +44 …) are never one; most ISBN-10s fail as they are no CHI date.
    """
    plain = _normalised(text)
    found = dict.fromkeys(
        number for number in _candidates(plain, document=document) if _is_nhs_number(number)
    )
    return tuple(f"{number[:3]} …" for number in found)


def identifier_problem(field: str, text: str) -> tuple[str, str] | None:
    """(field, message), as RuleBroken takes them, when a text holds what looks like an NHS number."""
    found = find_identifiers(text)
    return (field, identifier_message(found[0])) if found else None


def identifier_message(masked: str, where: str = "") -> str:
    subject = f"{where} holds what looks like" if where else "This looks like"
    return (
        f"{subject} an NHS number ({masked}). Take it out before saving: "
        "this service must not hold anything about a patient."
    )


def _normalised(text: str) -> str:
    """Compatibility forms folded, every decimal digit made ASCII, and what does not show taken out."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    for character in set(text):
        if unicodedata.category(character) in ("Cf", "Mn", "Me"):
            text = text.replace(character, "")
        elif character.isdecimal() and not character.isascii():
            text = text.replace(character, str(unicodedata.decimal(character)))
        elif unicodedata.category(character) == "Zs":
            text = text.replace(character, " ")
    return text


def _candidates(text: str, *, document: bool) -> Iterator[str]:
    for stretch in _STRETCH.finditer(text):
        for run in _RUN.finditer(text, stretch.start(), stretch.end()):
            international = text[max(0, run.start() - 2) : run.start()].rstrip(" (").endswith("+")
            yield from _in_run(run.group(), international=international, document=document)
    for written in _WRITTEN.finditer(text):
        if not _TELEPHONE_LEAD.search(text, max(0, written.start() - 12), written.start()):
            yield "".join(written.groups())


def _in_run(run: str, *, international: bool, document: bool) -> Iterator[str]:
    groups, joints = re.findall("[0-9]+", run), re.split("[0-9]+", run)[1:-1]
    if international or groups[0].startswith("00"):
        groups = _without_telephone(groups)
    digits = "".join(groups)
    if len(digits) == NHS_NUMBER_DIGITS:
        if not (document and _is_figures(groups, joints)):
            yield digits
    elif not (len(digits) == NHS_NUMBER_DIGITS + 1 and digits.startswith("0")):
        yield from (group for group in groups if len(group) == NHS_NUMBER_DIGITS)
        yield from _written_in(groups)


def _without_telephone(groups: list[str]) -> list[str]:
    """What follows an international telephone number, which has eleven digits or more with its country."""
    taken = 0
    for index, group in enumerate(groups):
        taken += len(group)
        if taken > NHS_NUMBER_DIGITS:
            return groups[index + 1 :]
    return groups


def _written_in(groups: list[str]) -> Iterator[str]:
    for three in zip(groups, groups[1:], groups[2:], strict=False):
        if tuple(len(group) for group in three) == _SHAPE:
            yield "".join(three)


def _is_figures(groups: list[str], joints: list[str]) -> bool:
    """A decimal fraction (12.34567891) or a table's row (45 52 61 70 83), rather than one number."""
    if joints == ["."]:
        return True
    spaced = len(groups) > len(_SHAPE) and all(joint.isspace() for joint in joints)
    return spaced and any(len(group) > 1 for group in groups)


def _is_nhs_number(digits: str) -> bool:
    # Ten equal digits pass modulus 11, and are what people type to fill a box.
    return len(set(digits)) > 1 and nhs_number.is_valid(digits)
