"""Pure rules of evidence, and what no free text may say of a person, which every floor above asks."""

from tracker.evidence.rules.guard import LOOK, Suspicion, asking, suspected, suspicions
from tracker.evidence.rules.identifiers import (
    CELL_BREAK,
    find_identifiers,
    identifier_message,
    identifier_problem,
)
from tracker.evidence.rules.items import (
    ACCEPTED,
    CONTENT_TYPES,
    FILE_NAME_CHARACTERS,
    MEGABYTE,
    TITLE_CHARACTERS,
    EvidenceKind,
    EvidenceUse,
    Limits,
    extension_of,
    is_live,
    safe_file_name,
    size_in_words,
    title_from_file_name,
    too_large_message,
    validate_link,
)

__all__ = [
    "ACCEPTED", "CELL_BREAK", "CONTENT_TYPES", "FILE_NAME_CHARACTERS", "LOOK", "MEGABYTE", "TITLE_CHARACTERS",
    "EvidenceKind", "EvidenceUse", "Limits", "Suspicion", "asking", "extension_of", "find_identifiers",
    "identifier_message", "identifier_problem", "is_live", "safe_file_name", "size_in_words", "suspected",
    "suspicions", "title_from_file_name", "too_large_message", "validate_link",
]  # fmt: skip
