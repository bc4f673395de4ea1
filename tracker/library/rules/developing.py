"""Training that is being made: how far it is, and for whom."""

from __future__ import annotations

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
