"""Every write of the library."""

from tracker.library.actions.developing import (
    add_development,
    change_development,
    mark_development_mistaken,
    record_funding,
)
from tracker.library.actions.evaluations import add_evaluation, change_evaluation, mark_evaluation_mistaken
from tracker.library.actions.guidelines import (
    GuidelineInput,
    add_guideline,
    change_guideline,
    check_guideline,
    seed_guidelines,
)
from tracker.library.actions.links import record_link_checks
from tracker.library.actions.members import add_members, change_member, remove_member
from tracker.library.actions.national import (
    add_national,
    change_national,
    restore_national,
    retire_national,
    seed_national,
)
from tracker.library.actions.resources import (
    add_resource,
    add_resources,
    change_resource,
    withdraw_resource,
)
from tracker.library.actions.sharing import add_shares, change_share, mark_share_mistaken, problems_of_shares
from tracker.library.actions.usage import (
    CountedBefore,
    PeriodsOverlap,
    add_usage,
    change_usage,
    mark_usage_mistaken,
)

__all__ = [
    "CountedBefore",
    "GuidelineInput",
    "PeriodsOverlap",
    "add_development",
    "add_evaluation",
    "add_guideline",
    "add_members",
    "add_national",
    "add_resource",
    "add_resources",
    "add_shares",
    "add_usage",
    "change_development",
    "change_evaluation",
    "change_guideline",
    "change_member",
    "change_national",
    "change_resource",
    "change_share",
    "change_usage",
    "check_guideline",
    "mark_development_mistaken",
    "mark_evaluation_mistaken",
    "mark_share_mistaken",
    "mark_usage_mistaken",
    "problems_of_shares",
    "record_funding",
    "record_link_checks",
    "remove_member",
    "restore_national",
    "retire_national",
    "seed_guidelines",
    "seed_national",
    "withdraw_resource",
]
