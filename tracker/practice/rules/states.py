"""The states of a practice, and what may follow which."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol
from uuid import UUID


class State(StrEnum):
    """Nobody outside the organisation and the reviewers sees one before it is published."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.DRAFT: "Draft",
    State.SENT: "Waiting for the national lead",
    State.RETURNED: "Sent back to you",
    State.PUBLISHED: "Published",
    State.WITHDRAWN: "Taken out of use",
}


class Version(Protocol):
    """What tells where one version of a practice stands."""

    @property
    def state(self) -> State: ...
    @property
    def sent_by(self) -> UUID | None: ...


def is_stopped(practice: Version) -> bool:
    """Whether the national lead stopped showing it: it went back to its owner, and nobody had sent it for review."""
    return practice.state is State.RETURNED and practice.sent_by is None
