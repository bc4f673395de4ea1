"""What looks like a person in a practice, told to who reviews it before others read it."""

from __future__ import annotations

from tracker.practice import rules
from tracker.practice.presenters.practices import Said, Written

# As the page that is reviewed heads them.
HEADINGS = {
    "title": "Title",
    "what": "What was done",
    "effect": "What changed",
    "effect_measure": "How that was measured",
    "contact_role": "Who to ask",
    "method": "How it was evaluated",
    "sample": "Who or what was looked at",
    "finding": "What it found",
    "shared_locally_how": "Shared locally",
}


def suspected(practice: Written) -> list[Said]:
    """Each under the heading where it stands."""
    found = rules.suspected(rules.texts_of(practice))
    return [Said(HEADINGS[name], message) for name, message in found]
