"""Everything that an evidence pack holds, read as at its cut-off: the same request gives the same bytes."""

from tracker.audit.models import PLATFORM
from tracker.exports.queries.cut import (
    Chosen,
    Cut,
    cut_now,
    cut_of,
    list_chosen,
    list_codes,
    list_recommendation_codes,
)
from tracker.exports.queries.names import find_people, organisations_by_id, people_by_id
from tracker.exports.queries.plan import Preview, plan_bundle, preview
from tracker.exports.queries.register import Holding, Store
from tracker.exports.queries.requests import (
    count_requests,
    find_request,
    get_request,
    is_covered,
    list_requests,
    release,
)

__all__ = [
    "PLATFORM",
    "Chosen",
    "Cut",
    "Holding",
    "Preview",
    "Store",
    "count_requests",
    "cut_now",
    "cut_of",
    "find_people",
    "find_request",
    "get_request",
    "is_covered",
    "list_chosen",
    "list_codes",
    "list_recommendation_codes",
    "list_requests",
    "organisations_by_id",
    "people_by_id",
    "plan_bundle",
    "preview",
    "release",
]
