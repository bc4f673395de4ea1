"""Pure rules of guidelines, audiences and training resources."""

from tracker.library.rules.guidelines import (
    POPULATION_LABELS,
    Followed,
    GuidelineVersion,
    Kind,
    Population,
    current_versions,
    followed,
    needed_populations,
    problems_of_version,
    recheck_due,
    version_before,
    versions_needed,
)
from tracker.library.rules.resources import (
    Format,
    HowDiscussed,
    Patients,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    problems_of_resource,
)

__all__ = [
    "POPULATION_LABELS",
    "Followed",
    "Format",
    "GuidelineVersion",
    "HowDiscussed",
    "Kind",
    "Patients",
    "Population",
    "ResourceFacts",
    "Setting",
    "Source",
    "StaffGroup",
    "current_versions",
    "followed",
    "needed_populations",
    "problems_of_resource",
    "problems_of_version",
    "recheck_due",
    "version_before",
    "versions_needed",
]  # fmt: skip
