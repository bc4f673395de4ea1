"""Kinds of item, and how far the work is."""

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

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    ItemKind.ITEM: "Piece of work",
    ItemKind.PART: "Part of the work",
    ItemKind.RESOURCE: "Learning resource",
    ItemKind.TOOLKIT: "Toolkit",
    ItemKind.WORKSHOP: "Workshop or other event",
    ItemKind.SESSION: "Teaching session",
    ItemKind.INDICATOR: "Commissioning indicator",
    ItemKind.REPORT: "Report",
}


class Place(StrEnum):
    """Where the work of an item can be followed in this service."""

    GAPS = "gaps"
    GUIDELINES = "guidelines"
    TRAINING = "training"
    USAGE = "usage"

    @property
    def label(self) -> str:
        return PLACE_LABELS[self]


PLACE_LABELS = {
    Place.GAPS: "Where training is missing",
    Place.GUIDELINES: "Guidelines and definitions of sepsis, with their versions",
    Place.TRAINING: "The national body’s own list of training, checked against NICE",
    Place.USAGE: "How much the resources are used",
}


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

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self in {Status.PLANNED, Status.UNDER_WAY}


STATUS_LABELS = {
    Status.PLANNED: "Planned",
    Status.UNDER_WAY: "Under way",
    Status.DONE: "Done",
    Status.REPLACED: "Taken over by something else",
    Status.STOPPED: "Stopped",
}
