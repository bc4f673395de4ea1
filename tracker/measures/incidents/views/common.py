"""What the pages of the register share: the blueprint, who may write, and addresses."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, url_for

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.measures.incidents import queries

bp = Blueprint("incidents", __name__, url_prefix="/organisations/<organisation:organisation>/incidents")


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def sees_rows(organisation: OrganisationRef) -> bool:
    return queries.sees_rows(the_identity(), organisation.id)


def register_address(organisation: OrganisationRef) -> str:
    return url_for("incidents.register", organisation=organisation.code)


def address_of(organisation: OrganisationRef, incident_id: UUID) -> str:
    return url_for("incidents.incident", organisation=organisation.code, item=incident_id)
