"""What the pages of good practice share: the blueprint, the words of recommendations, who may record."""

from __future__ import annotations

from collections.abc import Container, Mapping
from uuid import UUID

from flask import Blueprint, request, url_for

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.practice import queries

# What is published belongs to no organisation's addresses, so the prefix is not the blueprint's.
bp = Blueprint("practice", "tracker.practice")
OWN = "/organisations/<organisation:organisation>/practice"
HELP = "/organisations/<organisation:organisation>/help-requests"


def titles(kind: str | None = None) -> Mapping[str, str]:
    """Recommendations by code as `15. Share what works`; only those that a kind of organisation answers."""
    return {each.code: f"{each.number}. {each.short_title}" for each in catalogue.list_recommendations(kind)}


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def name_of(user_id: UUID) -> str:
    return queries.names_of(the_identity(), [user_id]).get(user_id, "")


def list_address(organisation: OrganisationRef) -> str:
    return url_for("practice.index", organisation=organisation.code)


def own_address(organisation: OrganisationRef, practice: UUID) -> str:
    return url_for("practice.own", organisation=organisation.code, practice=practice)


def help_address(organisation: OrganisationRef) -> str:
    return url_for("practice.help_requests", organisation=organisation.code)


def words_asked() -> str:
    """What somebody looks for."""
    return request.args.get("q", "").replace("\0", "").strip()[:200]


def chosen(name: str, known: Container[str]) -> str:
    """A value of a filter in the address; what is not on offer narrows nothing."""
    value = request.args.get(name, "")
    return value if value in known else ""
