"""Pure rules of the programmes: kinds of item, codes, what must be said with each status."""

from tracker.programme.rules.items import (
    ANSWERED_BY,
    DEEPEST,
    NOTE_CHARACTERS,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    ItemFacts,
    Problem,
    YearFacts,
    depth_of,
    following_year,
    next_label,
    problems_of_item,
    problems_of_note,
    problems_of_year,
    year_code,
    year_name,
)
from tracker.programme.rules.kinds import KIND_LABELS, STATUS_LABELS, ItemKind, Place, Status
from tracker.programme.rules.serving import Through, serving
from tracker.programme.rules.states import StateFacts, is_overdue, problems_of_state, tidied

__all__ = [
    "ANSWERED_BY", "DEEPEST", "KIND_LABELS", "NOTE_CHARACTERS", "STATUS_LABELS", "TEXT_CHARACTERS", "TITLE_CHARACTERS",
    "ItemFacts", "ItemKind", "Place", "Problem", "StateFacts", "Status", "Through", "YearFacts", "depth_of",
    "following_year", "is_overdue", "next_label", "problems_of_item", "problems_of_note", "problems_of_state",
    "problems_of_year", "serving", "tidied", "year_code", "year_name",
]  # fmt: skip
