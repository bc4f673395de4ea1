"""Every write of the library."""

from tracker.library.actions.guidelines import (
    GuidelineInput,
    add_guideline,
    change_guideline,
    check_guideline,
    seed_guidelines,
)
from tracker.library.actions.resources import (
    add_resource,
    add_resources,
    change_resource,
    withdraw_resource,
)

__all__ = [
    "GuidelineInput",
    "add_guideline",
    "add_resource",
    "add_resources",
    "change_guideline",
    "change_resource",
    "check_guideline",
    "seed_guidelines",
    "withdraw_resource",
]
