"""What can happen in an organisation's history: plain values, which `playing` turns into real actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.assurance.rules import Outcome
from tracker.audit.actions import Chain
from tracker.cli.demonstration.texts import Proof
from tracker.cli.demonstration.timing import moment_of
from tracker.progress.rules import Position


class Who(StrEnum):
    CHAMPION = "champion"
    LEAD = "lead"
    NATIONAL = "national"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that somebody did on a day, mostly about one recommendation."""

    on: date
    code: str
    who: Who = Who.CHAMPION


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Step):
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidenced(Step):
    proof: Proof
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Step):
    """The item of that title is taken out of use."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Step):
    forum: str
    who: Who = Who.LEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Step):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Step):
    title: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Step):
    """The action of that title is done."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Step):
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Step):
    """Something that a measure's own register holds; the action itself is told."""

    do: Callable[[Identity, OrganisationRef, Chain], None]
    code: str = ""


def in_order(steps: Iterable[Step]) -> Iterator[tuple[datetime, Step]]:
    """Steps by day, those of one day in the order in which they were told, each with its own moment."""
    turn, day = 0, None
    for step in sorted(steps, key=lambda each: each.on):
        turn = turn + 1 if step.on == day else 0
        day = step.on
        yield moment_of(step.on, turn), step
