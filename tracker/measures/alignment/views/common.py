"""What the pages of alignment share: the blueprint, addresses, who may write, and who wrote what stands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, url_for

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.measures.alignment import queries
from tracker.web.fields import VersionedForm
from tracker.web.saving import Stands

# The register of guidelines belongs to no organisation, so the prefix is not the blueprint's.
bp = Blueprint("alignment", "tracker.measures.alignment")
HERE = "/organisations/<organisation:organisation>/alignment"


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def address(organisation: OrganisationRef, resource: UUID | None = None) -> str:
    if resource is None:
        return url_for("alignment.index", organisation=organisation.code)
    return url_for("alignment.resource", organisation=organisation.code, resource=resource)


def stands(form: VersionedForm, author_id: UUID | None, recorded_at: datetime) -> Stands:
    """What somebody else saved meanwhile, with her name."""
    names = queries.names_of(the_identity(), [author_id] if author_id else [])
    return Stands(form, names.get(author_id, "") if author_id else "", recorded_at)
