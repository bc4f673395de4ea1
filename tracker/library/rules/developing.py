"""Training that is being made: how far it is, for whom, who pays, and an overlap that somebody found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.library.rules.audiences import Audience
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
        problems.append(
            ("announced_on", "The day on which others were first told must be today or in the past")
        )
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
    late = [("checked_on", "The day on which you checked this must be today or in the past")]
    return late if facts.checked_on > today else []


def announced_first(stage: Stage, announced_on: date, starts_on: date | None) -> bool:
    """Whether others could know of it before work began.

    Without a day of beginning work never began: it is planned still, or was given up in time, as one of two that
    overlap should be.
    """
    return stage in (Stage.PLANNED, Stage.STOPPED) if starts_on is None else announced_on < starts_on


def names_title(said: str, title: str) -> bool:
    """Whether somebody who wrote down an overlap named this other work by its title."""
    return bool(said) and plain(title) in plain(said)


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
    for field, what, day in (
        ("overlap_found_on", "found", found),
        ("overlap_settled_on", "settled", settled),
    ):
        if day is not None and day > today:
            problems.append((field, f"The day the overlap was {what} must be today or in the past"))
    return problems
