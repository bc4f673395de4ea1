"""What the public pages show."""

from tracker.pages.presenters.catalogue import (
    Choice,
    Group,
    Held,
    Listing,
    Neighbour,
    ProgrammeEntry,
    Source,
    held,
    is_like,
    owed_by,
    programme_entry,
    remarks,
    sentence,
    source,
    theme_choices,
    title_of,
)

__all__ = [
    "Choice", "Group", "Held", "Listing", "Neighbour", "ProgrammeEntry", "Source", "held", "is_like", "owed_by",
    "programme_entry", "remarks", "sentence", "source", "theme_choices", "title_of",
]  # fmt: skip
