"""Reading guidelines, which are public, and the training resources of organisations in scope."""

from tracker.library.models import Guideline as Guideline
from tracker.library.models import Resource as Resource
from tracker.library.queries.guidelines import (
    get_guideline,
    list_guideline_history,
    list_guidelines,
    list_versions,
)
from tracker.library.queries.resources import (
    count_resources,
    get_resource,
    list_resource_history,
    list_resources,
    list_resources_of,
)

__all__ = [
    "count_resources", "get_guideline", "get_resource", "list_guideline_history", "list_guidelines",
    "list_resource_history", "list_resources", "list_resources_of", "list_versions",
]  # fmt: skip
