"""Training that is being made: how far it is, for whom, who pays, and where two may be making the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any

from tracker.library.rules.resources import Patients, Setting, StaffGroup


class Reach(StrEnum):
    NATIONAL = "national"
    LOCAL = "local"

    @property
    def label(self) -> str:
        return {"national": "National", "local": "Local"}[self.value]


class Stage(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        return {
            "planned": "Planned",
            "under_way": "Under way",
            "finished": "Finished",
            "stopped": "Stopped",
        }[self.value]


@dataclass(frozen=True, slots=True)
class DevelopmentFacts:
    """A piece of work on training, and an overlap with other work: with what, found when, settled when and how."""

    title: str
    what: str
    reach: Reach
    stage: Stage
    announced_on: date
    staff: frozenset[StaffGroup]
    settings: frozenset[Setting]
    patients: Patients
    starts_on: date | None = None
    funder: str = ""
    developer: str = ""
    overlap_with: str = ""
    overlap_found_on: date | None = None
    overlap_settled_on: date | None = None
    overlap_settlement: str = ""

    @property
    def audiences(self) -> list[dict[str, Any]]:
        """For whom, in the same shape as a national resource says it."""
        return [
            {
                "staff": sorted(each.value for each in self.staff),
                "grades": [],
                "settings": sorted(each.value for each in self.settings),
                "area": "",
                "patients": self.patients.value,
            }
        ]


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """Who pays for a national resource and who makes it, as somebody checked it on a day."""

    funder: str
    developer: str
    note: str
    checked_on: date | None


def problems_of_development(facts: DevelopmentFacts, today: date) -> list[tuple[str, str]]:
    """What is wrong with it, by field, in words that say what to do."""
    problems = []
    if not facts.title:
        problems.append(("title", "Enter what it is called"))
    if not facts.what:
        problems.append(("what", "Say what is being made"))
    if not facts.staff:
        problems.append(("staff", "Choose who it is for"))
    if not facts.settings:
        problems.append(("settings", "Choose where they work"))
    if facts.announced_on > today:
        problems.append(("announced_on", "The date must be today or in the past"))
    if facts.stage in (Stage.UNDER_WAY, Stage.FINISHED):
        if facts.starts_on is None:
            problems.append(("starts_on", "Enter the day on which work began"))
        elif facts.starts_on > today:
            problems.append(("starts_on", "Work that has begun cannot start on a day to come"))
    return problems + _problems_of_overlap(facts, today)


def problems_of_funding(facts: FundingFacts, today: date) -> list[tuple[str, str]]:
    """Who checked it says when; what is not known may stay empty."""
    if facts.checked_on is None:
        return [("checked_on", "Enter the day on which you checked this")]
    return [("checked_on", "The date must be today or in the past")] if facts.checked_on > today else []


def announced_first(stage: Stage, announced_on: date, starts_on: date | None) -> bool:
    """Whether others could know of it before work began; without a day of beginning, only while it is planned."""
    return stage is Stage.PLANNED if starts_on is None else announced_on < starts_on


def may_overlap(developments: Sequence[tuple[Stage, Iterable[dict[str, Any]]]]) -> list[tuple[int, int]]:
    """The places of every two that are for the same people, setting and patients, and were not stopped.

    "Everybody", "any setting" and "adults and children" hold whatever they are made of.
    """
    going = [
        (place, [_masks(each) for each in audiences])
        for place, (stage, audiences) in enumerate(developments)
        if stage is not Stage.STOPPED
    ]
    return [
        (one, other)
        for (one, mine), (other, theirs) in combinations(going, 2)
        if any(all(a & b for a, b in zip(here, there, strict=True)) for here in mine for there in theirs)
    ]


_STAFF = {each.value: 1 << place for place, each in enumerate(StaffGroup)}
_SETTINGS = {each.value: 1 << place for place, each in enumerate(Setting)}
_ALL = (1 << 20) - 1
_WHOSE_CARE = {
    Patients.ADULTS.value: 1,
    Patients.CHILDREN.value: 2,
    Patients.PREGNANT.value: 4,
    Patients.ADULTS_AND_CHILDREN.value: 3,
    Patients.ALL.value: 7,
}


def _masks(audience: dict[str, Any]) -> tuple[int, int, int]:
    staff, settings = audience.get("staff", ()), audience.get("settings", ())
    return (
        _ALL if StaffGroup.EVERYBODY in staff else sum(_STAFF.get(each, 0) for each in set(staff)),
        _ALL if Setting.ANY in settings else sum(_SETTINGS.get(each, 0) for each in set(settings)),
        _WHOSE_CARE.get(audience.get("patients", ""), 0),
    )


def _problems_of_overlap(facts: DevelopmentFacts, today: date) -> list[tuple[str, str]]:
    problems = []
    found, settled = facts.overlap_found_on, facts.overlap_settled_on
    if facts.overlap_with and found is None:
        problems.append(("overlap_found_on", "Enter the day on which the overlap was found"))
    if not facts.overlap_with and (found or settled or facts.overlap_settlement):
        problems.append(("overlap_with", "Say what it overlaps with"))
    if settled is not None and not facts.overlap_settlement:
        problems.append(("overlap_settlement", "Say how the overlap was settled"))
    if settled is None and facts.overlap_settlement:
        problems.append(("overlap_settled_on", "Enter the day on which the overlap was settled"))
    if found is not None and settled is not None and settled < found:
        problems.append(("overlap_settled_on", "An overlap cannot be settled before it was found"))
    for field, day in (("overlap_found_on", found), ("overlap_settled_on", settled)):
        if day is not None and day > today:
            problems.append((field, "The date must be today or in the past"))
    return problems
