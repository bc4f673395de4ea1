"""Words of the catalogue that other floors speak: the ladder, kinds of organisation, digests, and typed questions."""

from tracker.catalogue.rules.checks import QuestionFault, read_sets
from tracker.catalogue.rules.questions import (
    DECISIONS,
    Column,
    Condition,
    FigureRule,
    Instead,
    OnlyWhen,
    Option,
    Question,
    QuestionSet,
    QuestionType,
    RuleKind,
    set_digest,
    values_of,
)
from tracker.catalogue.rules.words import (
    CODE,
    DELIVERY_LABELS,
    KIND_LABELS,
    Delivery,
    OrganisationKind,
    is_declared,
    normalise_text,
    text_digest,
)

__all__ = [
    "CODE",
    "DECISIONS",
    "DELIVERY_LABELS",
    "KIND_LABELS",
    "Column",
    "Condition",
    "Delivery",
    "FigureRule",
    "Instead",
    "OnlyWhen",
    "Option",
    "OrganisationKind",
    "Question",
    "QuestionFault",
    "QuestionSet",
    "QuestionType",
    "RuleKind",
    "is_declared",
    "normalise_text",
    "read_sets",
    "set_digest",
    "text_digest",
    "values_of",
]
