"""Training that is being made: how far it is, for whom, who pays, and where two may be making the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from tracker.library.rules.audiences import Audience, Learner
from tracker.library.rules.guidelines import Population, needed_populations
from tracker.library.rules.resources import Setting
from tracker.library.rules.titles import plain, problem_of_title


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
    audience: Audience
    starts_on: date | None = None
    funder: str = ""
    developer: str = ""
    overlap_with: str = ""
    overlap_found_on: date | None = None
    overlap_settled_on: date | None = None
    overlap_settlement: str = ""


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
    if wrong := problem_of_title(facts.title, "Enter what it is called"):
        problems.append(("title", wrong))
    if not facts.what:
        problems.append(("what", "Say what is being made"))
    if not facts.audience.staff:
        problems.append(("staff", "Choose who it is for"))
    if not facts.audience.settings:
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
    """Whether others could know of it before work began.

    Without a day of beginning work never began: it is planned still, or was given up in time, as one of two that
    overlap should be.
    """
    return stage in (Stage.PLANNED, Stage.STOPPED) if starts_on is None else announced_on < starts_on


def may_overlap(developments: Sequence[tuple[Stage, Iterable[Audience]]]) -> Iterator[tuple[int, int]]:
    """The places of every two that are for the same staff, setting and patients, and were not stopped.

    "Any setting" holds every setting, and "adults and children" both of them. One at a time: there are far more
    pairs than developments, and nobody reads all of them.
    """
    going = [
        (place, [_masks(each) for each in audiences])
        for place, (stage, audiences) in enumerate(developments)
        if stage is not Stage.STOPPED
    ]
    return ((one, other) for (one, mine), (other, theirs) in combinations(going, 2) if _meet(mine, theirs))


def may_repeat(
    developments: Sequence[tuple[Stage, Iterable[Audience]]], library: Sequence[Iterable[Audience]]
) -> Iterator[tuple[int, int]]:
    """The places of what is still to be made and of training that is there already, for the same people."""
    there = [(place, [_masks(each) for each in audiences]) for place, audiences in enumerate(library)]
    for place, (stage, audiences) in enumerate(developments):
        if stage in (Stage.PLANNED, Stage.UNDER_WAY):
            mine = [_masks(each) for each in audiences]
            yield from ((place, other) for other, theirs in there if _meet(mine, theirs))


def names_title(said: str, title: str) -> bool:
    """Whether somebody who wrote down an overlap named this other work by its title."""
    return bool(said) and plain(title) in plain(said)


def _meet(mine: Iterable[tuple[int, int, int]], theirs: Sequence[tuple[int, int, int]]) -> bool:
    return any(a & d and b & e and c & f for a, b, c in mine for d, e, f in theirs)


def _masks(audience: Audience) -> tuple[int, int, int]:
    """Each axis as bits: two share something where they have a bit in common."""
    settings = Setting if Setting.ANY in audience.settings else audience.settings
    return (
        sum(1 << list(Learner).index(each) for each in audience.staff),
        sum(1 << list(Setting).index(each) for each in settings),
        sum(1 << list(Population).index(each) for each in needed_populations(audience.patients)),
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
