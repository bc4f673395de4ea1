"""Who pays for resources of the national library and who makes them, for real readers and for the demonstration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select

from tracker.database import once
from tracker.extensions import db
from tracker.library.models import NationalResource
from tracker.library.rules.funding import Funding, funding_of, names_in
from tracker.organisations.models import Organisation, OrganisationName


def list_funding(rows: Collection[NationalResource], *, demonstration: bool) -> Mapping[UUID, Funding]:
    """By lasting id; for real readers without what names an invented organisation: at most one query."""
    named = () if demonstration else tuple(sorted({name for row in rows for name in names_in(row)}))
    invented = _invented(named) if named else frozenset()
    return {row.entity_id: funding_of(row, invented) for row in rows}


@once
def _invented(named: tuple[str, ...]) -> frozenset[str]:
    """Those of these names that an invented organisation bears."""
    name = func.lower(OrganisationName.name)
    query = select(name).join(Organisation, Organisation.id == OrganisationName.organisation_id)
    return frozenset(db.session.scalars(query.where(Organisation.demonstration, name.in_(named))))
