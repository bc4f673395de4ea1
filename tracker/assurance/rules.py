"""What a finding can say, and who may say it."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """A national lead's or an auditor's finding; it never changes delivery."""

    VERIFIED = "verified"
    OVERTURNED = "overturned"
    REASON_ACCEPTED = "reason_accepted"
    REASON_REFUSED = "reason_refused"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.VERIFIED: "Verified",
    Outcome.OVERTURNED: "Not accepted when checked",
    Outcome.REASON_ACCEPTED: "Reason accepted: does not apply",
    Outcome.REASON_REFUSED: "Reason not accepted: does apply",
}
