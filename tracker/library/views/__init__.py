"""Pages of the library; each module registers its own."""

from tracker.library.views import (
    developments,
    evaluations,
    funders,
    funding,
    ledger,
    members,
    national,
    sharing,
    showing,
    training,
    usage,
)
from tracker.library.views.common import bp

__all__ = [
    "bp",
    "developments",
    "evaluations",
    "funders",
    "funding",
    "ledger",
    "members",
    "national",
    "sharing",
    "showing",
    "training",
    "usage",
]
