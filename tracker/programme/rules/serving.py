"""Which recommendations an item serves: its own, those of its resource, else those of what it is part of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Protocol


class Through(StrEnum):
    """Where it is said that an item serves a recommendation."""

    ITSELF = "itself"
    RESOURCE = "resource"
    PARENT = "parent"

    @property
    def words(self) -> str:
        """Nothing where the item itself says it."""
        return THROUGH_WORDS[self]


THROUGH_WORDS = {
    Through.ITSELF: "",
    Through.RESOURCE: "through its resource in the library",
    Through.PARENT: "as the item that it is part of",
}


class ServingItem(Protocol):
    """An item, as far as it is asked here."""

    @property
    def code(self) -> str: ...
    @property
    def parent_code(self) -> str: ...
    @property
    def serves(self) -> Collection[str]: ...
    @property
    def resource_code(self) -> str: ...


def serving(
    items: Iterable[ServingItem], of_resources: Mapping[str, Collection[str]]
) -> dict[str, dict[str, Through]]:
    """For each item the codes of the recommendations, in order. `of_resources`: what each resource serves."""
    by_code = {each.code: each for each in items}
    return {code: _served(each, by_code, of_resources) for code, each in by_code.items()}


def _served(
    item: ServingItem, by_code: Mapping[str, ServingItem], of_resources: Mapping[str, Collection[str]]
) -> dict[str, Through]:
    found = dict.fromkeys(of_resources.get(item.resource_code, ()), Through.RESOURCE)
    found.update(dict.fromkeys(item.serves, Through.ITSELF))
    parent = by_code.get(item.parent_code)
    if not found and parent is not None:
        found = dict.fromkeys(_served(parent, by_code, of_resources), Through.PARENT)
    return dict(sorted(found.items()))
