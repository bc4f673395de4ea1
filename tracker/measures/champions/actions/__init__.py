"""Every write of champions: rule, version, audit event."""

from tracker.measures.champions.actions.deciding import (
    add_review,
    change_review,
    record_decision,
    record_model,
)
from tracker.measures.champions.actions.departments import add_departments, change_department
from tracker.measures.champions.actions.people import (
    Successor,
    add_post,
    change_post,
    hand_over,
    next_id,
    tick_handover,
)

__all__ = [
    "Successor",
    "add_departments",
    "add_post",
    "add_review",
    "change_department",
    "change_post",
    "change_review",
    "hand_over",
    "next_id",
    "record_decision",
    "record_model",
    "tick_handover",
]
