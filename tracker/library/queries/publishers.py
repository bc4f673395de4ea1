"""Who published something: names of organisations, which the NHS publishes, and whether they are made up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from tracker import clock
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.rules import display_name


@dataclass(frozen=True, slots=True)
class Publisher:
    """An organisation as everybody may know it."""

    code: str
    name: str
    demonstration: bool


def list_publishers(organisation_ids: Collection[UUID]) -> Mapping[UUID, Publisher]:
    """Code and present name of each: one query."""
    day, names = clock.today(), OrganisationName
    query = (
        select(Organisation.id, Organisation.code, Organisation.demonstration, names.name)
        .outerjoin(
            names,
            and_(
                names.organisation_id == Organisation.id,
                names.superseded_at.is_(None),
                names.valid_from <= day,
                or_(names.valid_until.is_(None), names.valid_until > day),
            ),
        )
        .where(Organisation.id.in_(set(organisation_ids)))
    )
    return {
        row.id: Publisher(row.code, display_name(row.name) if row.name else row.code, row.demonstration)
        for row in db.session.execute(query)
    }
