"""The national library: public, so no identity is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from tracker.access.identity import Identity
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import NationalResource, Share
from tracker.library.rules import Ownership, plain


def list_national_resources(moment: datetime | None = None) -> Sequence[NationalResource]:
    """Every resource as it stood at a moment, retired ones too, in the order of the source, later ones after it."""
    query = select(NationalResource).where(_stood(moment))
    return db.session.scalars(query.order_by(NationalResource.position, NationalResource.code)).all()


def get_national_resource(code: str) -> NationalResource:
    """One resource as it stands now, a retired one too. Raises NotFound."""
    query = select(NationalResource).where(
        NationalResource.code == code, NationalResource.superseded_at.is_(None)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(code)
    return found


def national_by_id(moment: datetime | None = None) -> Mapping[UUID, NationalResource]:
    """By lasting id, for those who hold one."""
    return {row.entity_id: row for row in list_national_resources(moment)}


@dataclass(frozen=True, slots=True)
class Known:
    """What the library's resources were called until a moment, by title in its plain form; and whose they were at it,
    by code."""

    codes: Mapping[str, str]
    ownership: Mapping[str, Ownership]


def list_known(moment: datetime | None = None) -> Known:
    """Codes by every title that a resource has borne, so that a corrected title loses nothing.

    Of several that bore a title, the one that bears it now is meant, and one in use before a retired one.
    """
    row = NationalResource
    query = select(
        row.code, row.title, row.endorsement, row.owner_id, row.retired_on, row.version,
        _stood(moment).label("stood"),
    )  # fmt: skip
    if moment is not None:
        query = query.where(row.recorded_at <= moment)
    states = [*db.session.execute(query)]
    states.sort(key=lambda each: (each.stood, each.retired_on is None, each.version, each.code))
    return Known(
        {plain(each.title): each.code for each in states},
        {each.code: Ownership(each.endorsement, each.owner_id) for each in states if each.stood},
    )


def list_national_history(code: str) -> Sequence[NationalResource]:
    """Every state of one resource, youngest first."""
    query = select(NationalResource).where(NationalResource.code == code)
    return db.session.scalars(query.order_by(NationalResource.version.desc())).all()


def count_shares_of(identity: Identity, resource_id: UUID) -> int:
    """How many shares of it stand in the ledgers that this identity may read."""
    query = select(func.count()).where(
        Share.resource_id == resource_id,
        Share.superseded_at.is_(None),
        Share.mistaken_reason == "",
        in_scope(identity, Share.organisation_id),
    )
    return db.session.scalar(query) or 0


def _stood(moment: datetime | None) -> ColumnElement[bool]:
    if moment is None:
        return NationalResource.superseded_at.is_(None)
    return (NationalResource.recorded_at <= moment) & (
        NationalResource.superseded_at.is_(None) | (NationalResource.superseded_at > moment)
    )
