"""The guidelines that we ship, read and checked; the table is `actions`' business."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.library.rules import Kind, Population, problems_of_version

GUIDELINES = Path(__file__).with_name("guidelines.toml")


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
