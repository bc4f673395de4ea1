"""Training that is being made: how far it is, and for whom."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


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


def announced_first(stage: Stage, announced_on: date, starts_on: date | None) -> bool:
    """Whether others could know of it before work began; without a day of beginning, only while it is planned."""
    return stage is Stage.PLANNED if starts_on is None else announced_on < starts_on
