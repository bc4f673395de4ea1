"""The programmes of the source that we ship, read and checked; the tables are `actions`' business."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tracker.programme.rules import ItemFacts, ItemKind, Place

PROGRAMME = Path(__file__).with_name("programme.toml")


class ProgrammeFileError(ValueError):
    """The file cannot be used; the message names it, the entry and what is wrong."""


@dataclass(frozen=True, slots=True)
class ShippedItem:
    """An item as the file states it; `parent_code` is empty for an item of the year itself.

    `see` stays in the file: a link to a page of ours is no fact that the national lead keeps."""

    code: str
    year_code: str
    parent_code: str
    label: str
    facts: ItemFacts
    see: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippedYear:
    """A year with its items and their parts, each before its own parts, in the order of the source."""

    code: str
    name: str
    is_confirmed: bool
    note: str
    items: tuple[ShippedItem, ...]


def load_programme(path: Path = PROGRAMME) -> tuple[ShippedYear, ...]:
    """Every year of the file, in its order. Raises ProgrammeFileError in one sentence."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["years"]
        years = tuple(_year(row) for row in rows)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise ProgrammeFileError(f"{path.name}: {error}") from None
    codes = [item.code for year in years for item in year.items]
    for code in codes:
        if codes.count(code) > 1:
            raise ProgrammeFileError(f"{path.name}: {code} stands there twice")
    return years


@cache
def _places() -> Mapping[str, tuple[Place, ...]]:
    return {item.code: item.see for year in load_programme() for item in year.items}


def places_of(code: str) -> tuple[Place, ...]:
    """Where the work of an item can be followed; of those that are not from the source nothing is known."""
    return _places().get(code, ())


def _year(row: Mapping[str, Any]) -> ShippedYear:
    return ShippedYear(
        code=row["code"],
        name=row["name"],
        is_confirmed=row["confirmed"],
        note=row.get("note", ""),
        items=tuple(each for item in row["items"] for each in _items(item, row["code"], "")),
    )


def _items(row: Mapping[str, Any], year_code: str, parent_code: str) -> Iterator[ShippedItem]:
    code = row["code"]
    if not code.startswith(f"{parent_code or year_code}-"):
        raise ValueError(f"{code} must begin with {parent_code or year_code}-")
    see = tuple(Place(each) for each in row.get("see", ()))
    yield ShippedItem(code, year_code, parent_code, row.get("label", ""), _facts(row), see)
    for part in row.get("parts", ()):
        yield from _items(part, year_code, code)


def _facts(row: Mapping[str, Any]) -> ItemFacts:
    return ItemFacts(
        kind=ItemKind(row["kind"]),
        title=row["title"],
        text=row["text"],
        note=row.get("note", ""),
        serves=tuple(row.get("serves", ())),
        resource_code=row.get("resource", ""),
        happens_on=row.get("happens_on"),
        place=row.get("place", ""),
        host=row.get("host", ""),
        is_historical=row.get("historical", False),
    )
