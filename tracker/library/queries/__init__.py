"""Reading guidelines, which are public, and the training resources of organisations in scope."""

from tracker.library.models import Guideline as Guideline
from tracker.library.models import NationalResource as NationalResource
from tracker.library.models import Resource as Resource
from tracker.library.queries.guidelines import (
    get_guideline,
    list_guideline_history,
    list_guidelines,
    list_versions,
)
from tracker.library.queries.national import (
    get_national_resource,
    list_national_history,
    list_national_resources,
    national_by_id,
)
from tracker.library.queries.reach import (
    OrganisationReach,
    RegionsReached,
    TrustsReached,
    Window,
    count_shared,
    count_shared_by,
    count_trusts_reached,
    regions_reached,
    touches,
)
from tracker.library.queries.resources import (
    count_resources,
    get_resource,
    list_resource_history,
    list_resources,
    list_resources_of,
)

__all__ = [
    "OrganisationReach",
    "RegionsReached",
    "TrustsReached",
    "Window",
    "count_resources",
    "count_shared",
    "count_shared_by",
    "count_trusts_reached",
    "get_guideline",
    "get_national_resource",
    "get_resource",
    "list_guideline_history",
    "list_guidelines",
    "list_national_history",
    "list_national_resources",
    "list_resource_history",
    "list_resources",
    "list_resources_of",
    "list_versions",
    "national_by_id",
    "regions_reached",
    "touches",
]  # fmt: skip
