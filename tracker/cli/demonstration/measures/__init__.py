"""What measures hold of the demonstration: for each measure, the function that plays an organisation's part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.cli.demonstration.measures import alignment, champions, coverage, incidents, questions

MEASURE_PLAYERS: dict[str, Callable[..., Any]] = {
    "champions": champions.play,
    "alignment": alignment.play,
    "coverage": coverage.play,
    "incidents": incidents.play,
    "questions": questions.play,
}
