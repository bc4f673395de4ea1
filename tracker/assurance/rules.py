"""What a finding can say, who may say it, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import RuleBroken


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
    Outcome.REASON_REFUSED: "Reason not accepted: it does apply",
}
ON_CLAIMS = (Outcome.VERIFIED, Outcome.OVERTURNED)
ON_REASONS = (Outcome.REASON_ACCEPTED, Outcome.REASON_REFUSED)
DECLARED = frozenset({Delivery.DELIVERED, Delivery.ASSURED})


@dataclass(frozen=True, slots=True)
class Finder:
    """Who wants to record a finding about an organisation."""

    is_national: bool
    is_auditor_here: bool
    belongs_here: bool

    def role_for(self, kind: OrganisationKind) -> Role | None:
        """The role in which a claim may be tested: the national body's own claims only by an auditor, who is not its
        national lead besides."""
        if self.belongs_here or (self.is_national and kind is OrganisationKind.NATIONAL_BODY):
            return None
        if self.is_auditor_here:
            return Role.AUDITOR
        if self.is_national:
            return Role.NATIONAL_LEAD
        return None


def finder_of(identity: Identity, organisation_id: UUID) -> Finder:
    """Who this person is towards an organisation."""
    return Finder(
        is_national=identity.is_national,
        is_auditor_here=organisation_id in identity.audited,
        belongs_here=organisation_id in identity.own,
    )


def possible(finder: Finder, kind: OrganisationKind, delivery: Delivery | None) -> tuple[Outcome, ...]:
    """The findings that this person may record about a position, in the order of the form."""
    role = finder.role_for(kind)
    if role is None:
        return ()
    if delivery in DECLARED:
        return ON_CLAIMS
    if delivery is Delivery.NOT_APPLICABLE and role is Role.NATIONAL_LEAD:
        return ON_REASONS
    return ()


def check(outcome: Outcome, note: str, allowed: tuple[Outcome, ...]) -> None:
    """Raises RuleBroken by field."""
    if outcome not in allowed:
        raise RuleBroken("outcome", "This cannot be said of the position that stands now. Look at it again.")
    if outcome in {Outcome.OVERTURNED, Outcome.REASON_REFUSED} and not note:
        raise RuleBroken("note", "Say what was missing or wrong, so that the organisation knows what to do.")
