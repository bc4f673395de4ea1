"""Pure rules of the programmes: kinds of item, and how far the work is."""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    ITEM = "item"
    PART = "part"
    RESOURCE = "resource"
    TOOLKIT = "toolkit"
    WORKSHOP = "workshop"
    SESSION = "session"
    INDICATOR = "indicator"
    REPORT = "report"


class Status(StrEnum):
    """What nobody has said has no status: it is never "not started"."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    REPLACED = "replaced"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.PLANNED: "Planned",
    Status.UNDER_WAY: "Under way",
    Status.DONE: "Done",
    Status.REPLACED: "Taken over by something else",
    Status.STOPPED: "Stopped",
}
