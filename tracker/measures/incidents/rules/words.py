"""The words of the register, and the little that the figure needs of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Framework(StrEnum):
    """The national framework under which the incident was reviewed."""

    PSIRF = "psirf"
    SIF = "sif"

    @property
    def label(self) -> str:
        return {
            "psirf": "Patient Safety Incident Response Framework (PSIRF)",
            "sif": "Serious Incident Framework",
        }[self.value]


class Response(StrEnum):
    """The kind of review: PSIRF calls it a learning response."""

    PSII = "psii"
    AFTER_ACTION = "after_action"
    SWARM = "swarm"
    MDT = "mdt"
    THEMATIC = "thematic"
    ROOT_CAUSE = "root_cause"

    @property
    def label(self) -> str:
        return RESPONSE_LABELS[self]


RESPONSE_LABELS = {
    Response.PSII: "Patient safety incident investigation (PSII)",
    Response.AFTER_ACTION: "After action review",
    Response.SWARM: "Swarm huddle",
    Response.MDT: "Multidisciplinary team review",
    Response.THEMATIC: "Thematic review",
    Response.ROOT_CAUSE: "Serious incident investigation (root cause analysis)",
}


class Theme(StrEnum):
    """What the learning is mostly about."""

    RECOGNISING = "recognising"
    SCREENING = "screening"
    ESCALATING = "escalating"
    ANTIBIOTICS = "antibiotics"
    TESTS = "tests"
    FLUIDS = "fluids"
    HANDOVER = "handover"
    FOLLOW_UP = "follow_up"
    OTHER = "other"

    @property
    def label(self) -> str:
        return THEME_LABELS[self]


THEME_LABELS = {
    Theme.RECOGNISING: "Recognising that somebody is getting worse",
    Theme.SCREENING: "Screening for sepsis",
    Theme.ESCALATING: "Calling for senior help",
    Theme.ANTIBIOTICS: "Antibiotics",
    Theme.TESTS: "Blood cultures, lactate and other tests",
    Theme.FLUIDS: "Fluids",
    Theme.HANDOVER: "Handover and communication",
    Theme.FOLLOW_UP: "Review and follow-up",
    Theme.OTHER: "Something else",
}


class Resource(StrEnum):
    """Which learning material was used. "None" is an answer, and does not count as used."""

    NATIONAL = "national"
    OWN = "own"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"national": "A national one", "own": "Our own", "none": "None was used"}[self.value]


class Training(StrEnum):
    """What became of the training."""

    CHANGED = "changed"
    NO_CHANGE = "no_change"

    @property
    def label(self) -> str:
        return {"changed": "It was changed", "no_change": "No change was needed"}[self.value]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of an incident: dates and one choice, nothing that tells which incident it was.

    `month` is the first day of the month in which it was reported.
    """

    month: date
    people_on: date | None = None
    department_on: date | None = None
    resource: Resource | None = None
    closed_on: date | None = None
    recorded_at: datetime | None = None
    author_id: UUID | None = None

    def shared_on(self, day: date) -> date | None:
        """When the learning had reached both, the people involved and their department; None when not by `day`."""
        if self.people_on is None or self.department_on is None:
            return None
        both = max(self.people_on, self.department_on)
        return both if both <= day else None

    @property
    def used(self) -> bool:
        return self.resource in {Resource.NATIONAL, Resource.OWN}

    def is_open(self, day: date) -> bool:
        return self.closed_on is None or self.closed_on > day


@dataclass(frozen=True, slots=True)
class Nil:
    """Somebody confirmed that there were none from one month to another, both included."""

    first: date
    last: date
    confirmed_by: str
    confirmed_on: date
    recorded_at: datetime | None = None
    author_id: UUID | None = None

    def holds(self, month: date) -> bool:
        return self.first <= month <= self.last
