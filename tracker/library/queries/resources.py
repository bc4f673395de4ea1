"""Training resources on organisations' lists, always from what an identity may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from tracker.access.identity import Identity
from tracker.database import as_at
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Resource


def list_resources(
    identity: Identity,
    organisation_id: UUID,
    moment: datetime | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Resource]:
    """The list of one organisation: what is in use first, then by title."""
    query = (
        select(Resource)
        .where(
            Resource.organisation_id == organisation_id,
            as_at(Resource, moment),
            in_scope(identity, Resource.organisation_id),
        )
        .order_by(Resource.withdrawn_on.is_not(None), func.lower(Resource.title), Resource.id)
    )
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_resources(identity: Identity, organisation_id: UUID, moment: datetime | None = None) -> int:
    """How many `list_resources` gives without a limit."""
    query = (
        select(func.count())
        .select_from(Resource)
        .where(
            Resource.organisation_id == organisation_id,
            as_at(Resource, moment),
            in_scope(identity, Resource.organisation_id),
        )
    )
    return db.session.scalar(query) or 0


def list_resources_of(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> Sequence[Resource]:
    """The lists of several organisations, for figures: one query."""
    query = (
        select(Resource)
        .where(
            Resource.organisation_id.in_(organisation_ids),
            as_at(Resource, moment),
            in_scope(identity, Resource.organisation_id),
        )
        .order_by(Resource.organisation_id, Resource.entity_id)
    )
    return db.session.scalars(query).all()


def get_resource(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Resource:
    """One resource as it stands now. Raises NotFound."""
    query = select(Resource).where(
        Resource.organisation_id == organisation_id,
        Resource.entity_id == entity_id,
        Resource.superseded_at.is_(None),
        in_scope(identity, Resource.organisation_id),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def list_resource_history(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Sequence[Resource]:
    """Every version of one resource, youngest first."""
    query = select(Resource).where(
        Resource.organisation_id == organisation_id,
        Resource.entity_id == entity_id,
        in_scope(identity, Resource.organisation_id),
    )
    return db.session.scalars(query.order_by(Resource.version.desc())).all()
