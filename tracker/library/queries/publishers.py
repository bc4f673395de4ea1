"""Who published or wrote something: names of organisations, which the NHS publishes, and of one's own colleagues."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.rules import display_name


@dataclass(frozen=True, slots=True)
class Publisher:
    """An organisation as everybody may know it."""

    code: str
    name: str
    demonstration: bool
    is_national: bool


def list_publishers(organisation_ids: Collection[UUID]) -> Mapping[UUID, Publisher]:
    """Code and present name of each: one query."""
    day, names = clock.today(), OrganisationName
    query = (
        select(Organisation.id, Organisation.code, Organisation.demonstration, Organisation.kind, names.name)
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
        row.id: Publisher(
            row.code,
            display_name(row.name) if row.name else row.code,
            row.demonstration,
            row.kind is OrganisationKind.NATIONAL_BODY,
        )
        for row in db.session.execute(query)
    }


def find_author(identity: Identity, user_id: UUID | None) -> str:
    """The name of the person who wrote what this identity may read; empty when nobody did."""
    query = select(User.name).where(User.id == user_id)
    return "" if user_id is None else db.session.scalar(query) or ""
