"""How much a resource is used, and whether it was shown to work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Counted(StrEnum):
    COMPLETIONS = "completions"
    VIEWS = "views"
    DOWNLOADS = "downloads"

    @property
    def label(self) -> str:
        return {"completions": "Completions", "views": "Views", "downloads": "Downloads"}[self.value]


class EvaluationResult(StrEnum):
    SHOWS_EFFECT = "shows_effect"
    UNCLEAR = "unclear"
    NO_EFFECT = "no_effect"

    @property
    def label(self) -> str:
        return RESULT_LABELS[self]


RESULT_LABELS = {
    EvaluationResult.SHOWS_EFFECT: "It shows an effect",
    EvaluationResult.UNCLEAR: "It is unclear",
    EvaluationResult.NO_EFFECT: "It shows no effect",
}


@dataclass(frozen=True, slots=True)
class Rating:
    """What those who used a resource said of it in one period, as one source gives it."""

    resource_id: UUID
    period_until: date
    read_on: date
    useful: int
    rated: int
    recorded_at: datetime


def latest_ratings(ratings: Iterable[Rating]) -> list[Rating]:
    """The youngest of each resource: ratings of two sources or of overlapping periods may be the same people's."""
    found: dict[UUID, Rating] = {}
    for each in sorted(ratings, key=lambda one: (one.period_until, one.read_on, one.recorded_at)):
        found[each.resource_id] = each
    return list(found.values())
