"""Files that the pages show: the source's resources, and who runs this installation."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


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


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
