"""What the sentences of a history are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence is made from: the facts of an event, and the title of what it is about."""

    type: str
    facts: Mapping[str, Any]
    title: str

    def new(self, key: str) -> Any:
        """The value of a fact, or what it became."""
        value = self.facts.get(key)
        return value.get("new") if isinstance(value, Mapping) else value

    def old(self, key: str) -> Any:
        """What a fact was before; None when it was not changed."""
        value = self.facts.get(key)
        return value.get("old") if isinstance(value, Mapping) else None


Parts = tuple[str, str]  # what stands before and after the thing that the event is about


def lower(text: str) -> str:
    """A label in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def numbers(codes: Any) -> str:
    """`recommendations 12, 14`: codes of recommendations as people say them."""
    found = [str(int(str(code)[-2:])) for code in codes or ()]
    if not found:
        return ""
    return f"recommendation{'' if len(found) == 1 else 's'} {', '.join(found)}"
