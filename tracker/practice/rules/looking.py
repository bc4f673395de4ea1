"""What may tell who a person is, in a text that others will read: asked about, and let through on somebody's word."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.evidence import rules as evidence
from tracker.library.rules import names_a_person
from tracker.practice.rules.practices import Problems

# What is typed of a practice.
TEXTS = (
    "title", "what", "effect", "effect_measure", "contact_role", "method", "sample", "finding", "shared_locally_how",
)  # fmt: skip
LOOK_AGAIN = "Send it back, or tick here if you have read it again and nobody can be identified"


def texts_of(practice: object) -> dict[str, str]:
    """What is typed of a practice, by field: of what a form says as of what is kept."""
    return {name: getattr(practice, name) for name in TEXTS}


def suspected(texts: Mapping[str, str]) -> Problems:
    """What looks like a person, field by field. Exact days are normal here, but those of birth.

    A person where a job belongs is refused as that.
    """
    return evidence.suspected(
        {
            name: words
            for name, words in texts.items()
            if not (name == "contact_role" and names_a_person(words))
        }
    )


def unlooked(texts: Mapping[str, str], *, looked: bool) -> Problems:
    """The same with the tick to say that nobody can be identified; nothing when somebody has said so."""
    return [] if looked else evidence.asking(suspected(texts))
