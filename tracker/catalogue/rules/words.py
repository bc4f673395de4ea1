"""Words of the catalogue that other floors speak: the delivery ladder, kinds of organisation, the text's digest."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

CODE = re.compile(r"[A-Z0-9]{2,12}-[0-9]{2}")


class Delivery(StrEnum):
    """The ladder of delivery, with "does not apply" beside it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    ASSURED = "assured"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return DELIVERY_LABELS[self]


DELIVERY_LABELS = {
    Delivery.NOT_STARTED: "Not started",
    Delivery.IN_PROGRESS: "Started",
    Delivery.DELIVERED: "In place",
    Delivery.ASSURED: "In place, evidence checked and agreed",
    Delivery.NOT_APPLICABLE: "Does not apply to us",
}


class OrganisationKind(StrEnum):
    """What an organisation is; the kind decides what it answers."""

    NHS_TRUST = "nhs_trust"
    NATIONAL_BODY = "national_body"
    HIGHER_EDUCATION = "higher_education"
    ROYAL_COLLEGE = "royal_college"
    HEALTH_INNOVATION_NETWORK = "health_innovation_network"
    CARE_PROVIDER = "care_provider"
    OTHER = "other"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    OrganisationKind.NHS_TRUST: "NHS trust",
    OrganisationKind.NATIONAL_BODY: "National body",
    OrganisationKind.HIGHER_EDUCATION: "Higher education institution",
    OrganisationKind.ROYAL_COLLEGE: "Royal college",
    OrganisationKind.HEALTH_INNOVATION_NETWORK: "Health innovation network",
    OrganisationKind.CARE_PROVIDER: "Care provider",
    OrganisationKind.OTHER: "Other organisation",
}


def normalise_text(text: str) -> str:
    """White space as single spaces, nothing else changed: the source's words stay the source's words."""
    return " ".join(text.split())


def text_digest(text: str) -> str:
    """SHA-256 of the normalised text in hex: a record remembers which wording it answered."""
    return hashlib.sha256(normalise_text(text).encode()).hexdigest()


def is_declared(delivery: Delivery | None) -> bool:
    """Declared: said to be in place, whatever the evidence."""
    return delivery in {Delivery.DELIVERED, Delivery.ASSURED}
