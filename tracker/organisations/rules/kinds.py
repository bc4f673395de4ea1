"""Which kinds of organisation are added by hand."""

from tracker.catalogue.rules import KIND_LABELS, OrganisationKind

# Trusts come from the ODS file, which would otherwise meet a code that somebody made up.
ADDED_BY_HAND = tuple(kind for kind in OrganisationKind if kind is not OrganisationKind.NHS_TRUST)

__all__ = ["ADDED_BY_HAND", "KIND_LABELS"]
