"""Every write of organisations: reference data, files of trusts, bodies added by hand; what changes is in rules."""

from tracker.organisations.actions.additions import add_organisation, ensure_standing_bodies
from tracker.organisations.actions.imports import ImportResult, import_organisations
from tracker.organisations.actions.reference import load_reference

__all__ = [
    "ImportResult",
    "add_organisation",
    "ensure_standing_bodies",
    "import_organisations",
    "load_reference",
]
