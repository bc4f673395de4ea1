"""Files that the pages show: the source's resources and programmes, and who runs this installation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DASHES = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Resource:
    """A learning resource in the words of the source; `number` and `text` only where it describes one."""

    title: str
    format: str
    audience: str
    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """A part of the source's table, under its own heading there."""

    name: str
    rows: tuple[Resource, ...]

    @property
    def anchor(self) -> str:
        return DASHES.sub("-", self.name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Resources:
    """What the source lists, and what it asks its readers to do with it."""

    ask: str
    links: tuple[tuple[str, str], ...]
    described: tuple[Resource, ...]
    groups: tuple[ResourceGroup, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """An item of a yearly programme, or a part of one; `note` is ours, `serves` are codes of recommendations."""

    text: str
    label: str = ""
    note: str = ""
    serves: tuple[str, ...] = ()
    is_resource: bool = False
    parts: tuple[ProgrammeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """One year's programme."""

    name: str
    qualifier: str
    note: str
    items: tuple[ProgrammeItem, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this installation; what nobody has filled in is empty."""

    name: str = ""
    email: str = ""
    telephone: str = ""
    data_protection_officer: str = ""
    legal_basis: str = ""
    hosting: str = ""
    retention: str = ""
    accessibility_prepared_on: str = ""


@cache
def load_resources() -> Resources:
    """The sixteen learning resources, as shipped."""
    body = _read(HERE / "resources.toml")
    return Resources(
        ask=body["ask"],
        links=tuple((each["name"], each["href"]) for each in body["links"]),
        described=tuple(Resource(**each) for each in body["described"]),
        groups=tuple(
            ResourceGroup(each["name"], tuple(Resource(**row) for row in each["rows"]))
            for each in body["groups"]
        ),
    )


@cache
def load_programme() -> tuple[Year, ...]:
    """The yearly programmes, as shipped."""
    return tuple(
        Year(
            name=each["name"],
            qualifier=each.get("qualifier", ""),
            note=each.get("note", ""),
            items=tuple(_item(item) for item in each["items"]),
        )
        for each in _read(HERE / "programme.toml")["years"]
    )


@cache
def load_operator(instance: Path) -> Operator:
    """Who runs this installation, from `operator.toml` in the instance folder. ValueError names an unknown entry."""
    path = instance / "operator.toml"
    if not path.is_file():
        return Operator()
    body = _read(path)
    unknown = set(body) - {each.name for each in fields(Operator)}
    if unknown:
        raise ValueError(f"{path}: unknown entry {', '.join(sorted(unknown))}")
    return Operator(**{name: str(value) for name, value in body.items()})


def _item(body: Mapping[str, Any]) -> ProgrammeItem:
    return ProgrammeItem(
        text=body["text"],
        label=body.get("number", body.get("label", "")),
        note=body.get("note", ""),
        serves=tuple(body.get("serves", ())),
        is_resource=body.get("resource", False),
        parts=tuple(_item(each) for each in body.get("parts", ())),
    )


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
