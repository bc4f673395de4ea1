"""Who pays for resources of the national library and who makes them, for real readers and for the demonstration;
and who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, not_, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.catalogue.rules import OrganisationKind
from tracker.database import once
from tracker.extensions import db
from tracker.library.models import NationalResource
from tracker.library.queries.publishers import list_publishers
from tracker.library.rules.funding import Funding, funding_of, names_in
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.queries import open_on, worlds_of


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


def list_keepers(identity: Identity) -> Mapping[str, str]:
    """Codes and names of the open national bodies for which this person says who funds what.

    The library stands in both worlds: beside real organisations an invented body does not write in it.
    """
    ids = scope_of(identity, Permission.MEASURES_RECORD).organisation_ids
    if not ids:
        return {}
    real, _invented = worlds_of(None)
    query = select(Organisation.id, Organisation.code).where(
        Organisation.id.in_(sorted(ids)),
        Organisation.kind == OrganisationKind.NATIONAL_BODY,
        open_on(clock.today()),
        or_(Organisation.demonstration.is_(False), not_(real)),
    )
    found = db.session.execute(query).all()
    names = list_publishers([row.id for row in found]) if found else {}
    return {row.code: names[row.id].name for row in found}
