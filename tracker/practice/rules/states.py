"""The states of a practice, and what may follow which."""

from __future__ import annotations

from enum import StrEnum


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
