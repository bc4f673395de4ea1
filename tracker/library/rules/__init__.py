"""Pure rules of guidelines, audiences and training resources."""

from tracker.library.rules.developing import Reach, Stage
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
from tracker.library.rules.national import Endorsement, LearningFormat, Level, NationalKind
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
from tracker.library.rules.sharing import Channel
from tracker.library.rules.using import Counted, EvaluationResult

__all__ = [
    "POPULATION_LABELS",
    "Channel",
    "Counted",
    "Endorsement",
    "EvaluationResult",
    "Followed",
    "Format",
    "GuidelineVersion",
    "HowDiscussed",
    "Kind",
    "LearningFormat",
    "Level",
    "NationalKind",
    "Patients",
    "Population",
    "Reach",
    "ResourceFacts",
    "Setting",
    "Source",
    "StaffGroup",
    "Stage",
    "current_versions",
    "followed",
    "needed_populations",
    "problems_of_resource",
    "problems_of_version",
    "recheck_due",
    "version_before",
    "versions_needed",
]  # fmt: skip
