"""Reading plain tables (TOML or JSON) into frozen values by their fields: the fields' types are the whole schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
_WORDS: dict[object, str] = {str: "a text", bool: "true or false", int: "a whole number"}


class ReadingFault(ValueError):
    """What is wrong, in words; the caller knows where."""


def read(kind: type[T], row: object, where: str = "") -> T:
    """One value. Raises ReadingFault, beginning with `where`; what JSON holds as null counts as absent."""
    if not isinstance(row, Mapping):
        raise ReadingFault(f"{where} must be a table")
    given = {name: value for name, value in row.items() if value is not None}
    place = f"{where} {given['key']}" if isinstance(given.get("key"), str) else where
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]  # always one of our dataclasses
    if unknown := sorted(set(given) - set(known)):
        raise ReadingFault(f"{place}: {unknown[0]} is not known here")
    for name, each in known.items():
        if name not in given and each.default is MISSING and each.default_factory is MISSING:
            raise ReadingFault(f"{place}: {name} is missing")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], given[name], place, name) for name in given})


def _value(hint: Any, value: object, place: str, name: str) -> Any:
    if isinstance(hint, UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return _many(get_args(hint)[0], value, place, name)
    if is_dataclass(hint):
        return read(hint, value, f"{place}, {name}")  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of(hint, value, place, name)
    if type(value) is not hint:
        raise ReadingFault(f"{place}: {name} must be {_WORDS[hint]}")
    if hint is str:
        return _text(str(value), place, name)
    return value


def _many(item: Any, value: object, place: str, name: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ReadingFault(f"{place}: {name} must be a list")
    return tuple(_value(item, each, place, name) for each in value)


def _one_of(hint: type[StrEnum], value: object, place: str, name: str) -> StrEnum:
    make: Callable[[object], StrEnum] = hint
    try:
        return make(value)
    except ValueError:
        known = ", ".join(each.value for each in hint)
        raise ReadingFault(f"{place}: {name} {value!r} is not one of {known}") from None


def _text(value: str, place: str, name: str) -> str:
    if value != " ".join(value.split()):
        raise ReadingFault(f"{place}: {name} has white space around it or twice in it")
    return value
