"""What the public pages show."""

from tracker.pages.presenters.catalogue import (
    Choice,
    Group,
    Listing,
    Neighbour,
    Source,
    is_like,
    owed_by,
    remarks,
    sentence,
    source,
    theme_choices,
    title_of,
)

__all__ = [
    "Choice", "Group", "Listing", "Neighbour", "Source", "is_like", "owed_by", "remarks", "sentence", "source",
    "theme_choices", "title_of",
]  # fmt: skip
