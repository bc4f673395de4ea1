"""What becomes of a shipped row when its file is read again: what a person set last stays, the rest follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seeded:
    """Codes of what a file brought: `kept` differ from it, because somebody changed them since.

    A row of which some fields followed the file and others stayed is in both.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int


class State(Protocol):
    """One state of a row; without an author the file wrote it."""

    @property
    def author_id(self) -> UUID | None: ...


def last_author(states: Sequence[State], name: str) -> UUID | None:
    """Who gave a field the value that it has, oldest state first; None for the file, and for what no one changed."""
    moves = [
        after.author_id for before, after in pairwise(states) if getattr(before, name) != getattr(after, name)
    ]
    return moves[-1] if moves else states[0].author_id
