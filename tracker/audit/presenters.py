"""The audit trail as people read it: who, when, what changed, and the mark by which an event is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tracker.audit.rules import Detail, describe, event_type
from tracker.web.formats import moment

SHORT = 12
PLATFORM_WORDS = "Of no one organisation: signing in, people, catalogue"
SERVICE = "The service itself"
REMOVED = "The text of this event was removed for confidentiality."


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of the trail brings: plain values, no row of a table."""

    chain_id: UUID
    seq: int
    type: str
    at: datetime
    actor_id: UUID | None
    subject_kind: str
    subject_code: str
    hash: str
    public: Mapping[str, Any]
    private: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event on the page. `recommendation` is its code where the event is about one."""

    what: str
    who: str
    person_id: str
    when: str
    chain: str
    organisation: str
    number: int
    fingerprint: str
    details: tuple[Detail, ...]
    note: str
    recommendation: str


def trail_lines(
    rows: Iterable[Said], people: Mapping[UUID, str], organisations: Mapping[UUID, tuple[str, str]]
) -> list[TrailLine]:
    """Events with the names of people, and codes and names of organisations, by their ids."""
    return [_line(row, people, organisations) for row in rows]


def _line(row: Said, people: Mapping[UUID, str], organisations: Mapping[UUID, tuple[str, str]]) -> TrailLine:
    code, name = organisations.get(row.chain_id, ("", ""))
    return TrailLine(
        what=event_type(row.type).label,
        who=SERVICE if row.actor_id is None else people.get(row.actor_id, f"Person {row.actor_id}"),
        person_id="" if row.actor_id is None else str(row.actor_id),
        when=moment(row.at),
        chain=f"{name} ({code})" if code else PLATFORM_WORDS,
        organisation=code,
        number=row.seq,
        fingerprint=row.hash[:SHORT],
        details=describe(row.type, row.public, row.private),
        note=REMOVED if row.private is None else "",
        recommendation=row.subject_code if row.subject_kind == "recommendation" else "",
    )
