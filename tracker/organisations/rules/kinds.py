"""Kinds of organisation in words, and which of them are added by hand."""

from tracker.catalogue.rules import OrganisationKind

KIND_LABELS = {
    OrganisationKind.NHS_TRUST: "NHS trust",
    OrganisationKind.NATIONAL_BODY: "National body",
    OrganisationKind.HIGHER_EDUCATION: "Higher education institution",
    OrganisationKind.ROYAL_COLLEGE: "Royal college",
    OrganisationKind.HEALTH_INNOVATION_NETWORK: "Health innovation network",
    OrganisationKind.CARE_PROVIDER: "Care provider",
    OrganisationKind.OTHER: "Other",
}

# Trusts come from the ODS file, which would otherwise meet a code that somebody made up.
ADDED_BY_HAND = tuple(kind for kind in KIND_LABELS if kind is not OrganisationKind.NHS_TRUST)
