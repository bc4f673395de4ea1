"""How much a resource is used, and whether it was shown to work."""

from __future__ import annotations

from enum import StrEnum


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
