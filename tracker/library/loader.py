"""The guidelines and the national library that we ship, read and checked; the tables are `actions`' business."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tracker.library.rules import Kind, Population, plain, problems_of_version
from tracker.library.rules.audiences import audiences_of
from tracker.library.rules.entries import CODE, RESERVED, Module, NationalFacts, problems_of_national
from tracker.library.rules.national import Endorsement, LearningFormat, Level, NationalKind

GUIDELINES = Path(__file__).with_name("guidelines.toml")
NATIONAL = Path(__file__).with_name("national.toml")


class LibraryFileError(ValueError):
    """The file cannot be used; the message names it, the entry and what is wrong."""


@dataclass(frozen=True, slots=True)
class ShippedGuideline:
    """A version as the file states it; `issued_on` None: to be confirmed by the national lead."""

    reference: str
    kind: Kind
    title: str
    issued_on: date | None
    recheck_by: date | None
    populations: frozenset[Population]
    link: str


def load_guidelines(path: Path = GUIDELINES) -> tuple[ShippedGuideline, ...]:
    """Every version of the file, in its order. Raises LibraryFileError in one sentence."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["versions"]
        loaded = tuple(_guideline(row) for row in rows)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise LibraryFileError(f"{path.name}: {error}") from None
    for each in loaded:
        for _field, words in problems_of_version(
            each.reference, each.title, each.populations, each.issued_on, None, each.recheck_by
        ):
            raise LibraryFileError(f"{path.name}, {each.reference or 'an entry'}: {words}")
    return loaded


def _guideline(row: dict[str, Any]) -> ShippedGuideline:
    return ShippedGuideline(
        reference=str(row.get("reference", "")),
        kind=Kind(row.get("kind", "guideline")),
        title=str(row.get("title", "")),
        issued_on=_day(row.get("issued_on")),
        recheck_by=_day(row.get("recheck_by")),
        populations=frozenset(Population(each) for each in row.get("populations", ())),
        link=str(row.get("link", "")),
    )


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


# --- the national library ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShippedNational:
    """A resource as the file states it. `position`: its place in the source, from 1."""

    code: str
    position: int
    facts: NationalFacts
    number: int | None = None
    section: str = ""
    developer: str = ""
    funder: str = ""


@dataclass(frozen=True, slots=True)
class ShippedLibrary:
    """Every resource of the source in its order, and what the source asks its readers to do with them."""

    ask: str
    entries: tuple[ShippedNational, ...]


@cache
def load_national(path: Path = NATIONAL) -> ShippedLibrary:
    """The national library as shipped. Raises LibraryFileError in one sentence that names the entry."""
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
        ask, rows = str(body["ask"]), list(body["resources"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise LibraryFileError(f"{path.name}: {error}") from None
    loaded = tuple(_national(path.name, place, row) for place, row in enumerate(rows, start=1))
    codes, titles = [each.code for each in loaded], [plain(each.facts.title) for each in loaded]
    for each in loaded:
        if codes.count(each.code) > 1 or titles.count(plain(each.facts.title)) > 1:
            raise LibraryFileError(f"{path.name}, {each.code}: its code or title stands twice")
    return ShippedLibrary(ask, loaded)


def _national(file: str, place: int, row: dict[str, Any]) -> ShippedNational:
    name = str(row.get("code", "")) or f"entry {place}"
    if unknown := set(row) - _KNOWN:
        raise LibraryFileError(f"{file}, {name}: unknown entry {', '.join(sorted(unknown))}")
    if not CODE.fullmatch(name) or name in RESERVED:
        raise LibraryFileError(f"{file}, {name}: the code must be words in small letters joined by dashes")
    try:
        facts = _facts(row)
    except (KeyError, TypeError, ValueError) as error:
        raise LibraryFileError(f"{file}, {name}: {error}") from None
    for _field, words in problems_of_national(facts):
        raise LibraryFileError(f"{file}, {name}: {words}")
    return ShippedNational(
        name,
        place,
        facts,
        row.get("number"),
        *(str(row.get(each, "")) for each in ("section", "developer", "funder")),
    )


def _facts(row: dict[str, Any]) -> NationalFacts:
    texts: dict[str, Any] = {name: str(row.get(name, "")) for name in _TEXTS}
    return NationalFacts(
        kind=NationalKind(row.get("kind", "resource")),
        level=Level(row.get("level", "not_stated")),
        format=LearningFormat(row["format"]),
        audiences=audiences_of(row.get("audiences", ())),
        covers=tuple(row.get("covers", ())),
        modules=tuple(Module(**each) for each in row.get("modules", ())),
        minutes=row.get("minutes"),
        is_interactive=bool(row.get("is_interactive", False)),
        endorsement=Endorsement(row["endorsement"]),
        serves=tuple(row.get("serves", ())),
        **texts,
    )


_TEXTS = (
    "title", "made_by", "session_code", "format_words", "audience_words", "description", "link", "note",
)  # fmt: skip
_KNOWN = frozenset(
    {
        *_TEXTS, "code", "kind", "number", "section", "level", "format", "audiences", "covers", "modules", "minutes",
        "is_interactive", "endorsement", "serves", "developer", "funder",
    }
)  # fmt: skip
