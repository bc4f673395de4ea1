"""Pure rules of good practice and of help asked."""

from tracker.practice.rules.helping import Waited, Waiting, waiting_of
from tracker.practice.rules.looking import LOOK_AGAIN, TEXTS, suspected, texts_of, unlooked
from tracker.practice.rules.practices import (
    NEEDED,
    PracticeFacts,
    counts_of_one,
    is_proven,
    problems_of_practice,
)
from tracker.practice.rules.states import STATE_LABELS, State, is_stopped

__all__ = [
    "LOOK_AGAIN", "NEEDED", "STATE_LABELS", "TEXTS", "PracticeFacts", "State", "Waited", "Waiting", "counts_of_one",
    "is_proven", "is_stopped", "problems_of_practice", "suspected", "texts_of", "unlooked", "waiting_of",
]  # fmt: skip
