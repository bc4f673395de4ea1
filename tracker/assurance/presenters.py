"""What is said after a finding was recorded: what it changes in the figures, and what it never changes."""

from __future__ import annotations

from tracker.assurance.rules import Outcome

SAID = {
    Outcome.VERIFIED: "Finding recorded: verified. The figures for recommendation {number} count this claim as tested.",
    Outcome.OVERTURNED: "Finding recorded: not accepted. The organisation reads why; what it recorded stays as it is.",
    Outcome.REASON_ACCEPTED: "Finding recorded: reason accepted. The organisation leaves the figures for "
    "recommendation {number} for as long as this reason stands.",
    Outcome.REASON_REFUSED: "Finding recorded: reason not accepted. The organisation stays in the figures for "
    "recommendation {number}.",
}


def said(outcome: Outcome, number: int) -> str:
    """The notice on the page that follows."""
    return SAID[outcome].format(number=number)
