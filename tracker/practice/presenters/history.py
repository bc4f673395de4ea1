"""What happened to a practice, version by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from tracker.practice.presenters.practices import Written
from tracker.practice.rules import State, is_stopped
from tracker.web.formats import moment

HISTORY = {
    State.DRAFT: "Saved as a draft",
    State.SENT: "Sent for review",
    State.RETURNED: "Sent back",
    State.PUBLISHED: "Published",
    State.WITHDRAWN: "Taken out of use",
}
STOPPED = "No longer shown to others"


@dataclass(frozen=True, slots=True)
class Happened:
    """One step in the life of a practice."""

    what: str
    when: str
    who: str
    reason: str


def history(versions: Iterable[Written], names: Mapping[UUID, str]) -> list[Happened]:
    """Every version, youngest first."""
    return [happened(row, names) for row in versions]


def happened(row: Written, names: Mapping[UUID, str]) -> Happened:
    """What made a version, when and by whom."""
    words, who, reason = HISTORY[row.state], row.author_id, ""
    if row.state is State.RETURNED and row.reviewed_by is None:
        # Saved by those who wrote it: it keeps its state and the reason until it is sent again.
        words = "Changed"
    elif row.state in (State.PUBLISHED, State.RETURNED):
        words = STOPPED if is_stopped(row) else words
        who, reason = row.reviewed_by or row.author_id, row.state_reason
    elif row.state is State.WITHDRAWN:
        reason = row.state_reason
    return Happened(words, moment(row.recorded_at), names.get(who, ""), reason)
