"""Whom a resource has reached, as at a moment: by what organisations shared, and networks shared on their behalf.

Real and fictional organisations are never in one count, and a body in Wales is in no count of England. The counts of
the whole country name nobody, so they are the same for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Subquery,
    and_,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue.rules import OrganisationKind
from tracker.database import as_at
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Share, ShareMember
from tracker.library.queries.national import list_national_resources
from tracker.library.rules import Endorsement
from tracker.organisations.models import Organisation, OrganisationPlace
from tracker.organisations.queries import open_on
from tracker.organisations.rules import ENGLAND

COUNTED = (Endorsement.MADE, Endorsement.ENDORSED)


@dataclass(frozen=True, slots=True)
class Window:
    """Shares from `months` before a day up to it, as recorded by a moment (None: until now)."""

    day: date
    months: int
    moment: datetime | None = None
    demonstration: bool = False

    @property
    def since(self) -> date:
        return clock.months_before(self.day, self.months)


@dataclass(frozen=True, slots=True)
class TrustsReached:
    """Of the trusts open in England, those with a share of a resource that the national body made or endorsed."""

    reached: int
    trusts: int
    day: date
    since: date


@dataclass(frozen=True, slots=True)
class RegionsReached:
    """The regions in which one resource was shared, out of those in which a trust is open; codes."""

    resource_id: UUID
    regions: frozenset[str]
    of: frozenset[str]

    @property
    def everywhere(self) -> bool:
        return bool(self.of) and self.regions >= self.of


@dataclass(frozen=True, slots=True)
class OrganisationReach:
    """How many national resources reached one organisation: shared by itself, by a network for it, or by either."""

    own: int
    on_behalf: int
    either: int
    latest: date | None


NO_REACH = OrganisationReach(0, 0, 0, None)


def count_trusts_reached(wanted: Window) -> TrustsReached:
    """Recommendation 1: three queries. A resource that was retired since still reached whom it reached."""
    counted = [row.entity_id for row in list_national_resources(wanted.moment) if row.endorsement in COUNTED]
    met = touches(wanted, Share.resource_id.in_(counted))
    reached = (
        select(func.count(met.c.organisation_id.distinct()))
        .join(Organisation, Organisation.id == met.c.organisation_id)
        .where(*_english_trust(wanted))
    )
    trusts = select(func.count()).select_from(Organisation).where(*_english_trust(wanted))
    return TrustsReached(
        db.session.scalar(reached) or 0, db.session.scalar(trusts) or 0, wanted.day, wanted.since
    )


def regions_reached(resource_ids: Collection[UUID], wanted: Window) -> Mapping[UUID, RegionsReached]:
    """Recommendation 7: where each of these was shared, by whichever kind of English organisation; two queries."""
    of = regions_with_trusts(wanted)
    met = touches(wanted)
    place = OrganisationPlace
    query = (
        select(met.c.resource_id, place.region_code)
        .join(Organisation, Organisation.id == met.c.organisation_id)
        .join(place, and_(place.organisation_id == Organisation.id, _holds(wanted.day)))
        .where(
            met.c.resource_id.in_(resource_ids),
            place.region_code.is_not(None),
            Organisation.country == ENGLAND,
            Organisation.demonstration.is_(wanted.demonstration),
        )
        .distinct()
    )
    found: dict[UUID, set[str]] = {each: set() for each in resource_ids}
    for resource_id, region in db.session.execute(query):
        found[resource_id].add(region)
    return {each: RegionsReached(each, frozenset(codes) & of, of) for each, codes in found.items()}


def count_shared(identity: Identity, organisation_id: UUID, wanted: Window) -> OrganisationReach:
    """How many national resources one organisation shared, or a network shared for it: one query."""
    return count_shared_by(identity, [organisation_id], wanted).get(organisation_id, NO_REACH)


def count_shared_by(
    identity: Identity, organisation_ids: Collection[UUID], wanted: Window
) -> Mapping[UUID, OrganisationReach]:
    """The same for several organisations: one query. An organisation that nothing reached is not in it."""
    met = touches(wanted)
    resource = met.c.resource_id
    query = (
        select(
            met.c.organisation_id,
            func.count(resource.distinct()).filter(met.c.is_own),
            func.count(resource.distinct()).filter(~met.c.is_own),
            func.count(resource.distinct()),
            func.max(met.c.shared_on),
        )
        .where(met.c.organisation_id.in_(organisation_ids), in_scope(identity, met.c.organisation_id))
        .group_by(met.c.organisation_id)
    )
    return {row[0]: OrganisationReach(*row[1:]) for row in db.session.execute(query)}


def touches(wanted: Window, *more: ColumnElement[bool]) -> Subquery:
    """Organisation, resource, day, whether it shared itself, and which share (its row): one for each time that a
    resource reached one.
    """
    return _touches(wanted, *more).subquery("touches")


def _touches(
    wanted: Window, *more: ColumnElement[bool]
) -> CompoundSelect[tuple[UUID, UUID, date, bool, UUID]]:
    stands = (
        as_at(Share, wanted.moment),
        Share.mistaken_reason == "",
        Share.shared_on >= wanted.since,
        Share.shared_on <= wanted.day,
        *more,
    )
    own = select(
        Share.organisation_id.label("organisation_id"),
        Share.resource_id.label("resource_id"),
        Share.shared_on.label("shared_on"),
        true().label("is_own"),
        Share.id.label("share_row_id"),
    ).where(*stands)
    behalf = (
        select(ShareMember.member_id, Share.resource_id, Share.shared_on, false(), Share.id)
        .join(
            ShareMember,
            and_(ShareMember.organisation_id == Share.organisation_id, ShareMember.share_row_id == Share.id),
        )
        .where(*stands)
    )
    return union_all(own, behalf)


def _english_trust(wanted: Window) -> tuple[ColumnElement[bool], ...]:
    return (
        Organisation.kind == OrganisationKind.NHS_TRUST,
        Organisation.country == ENGLAND,
        Organisation.demonstration.is_(wanted.demonstration),
        open_on(wanted.day),
    )


def regions_with_trusts(wanted: Window) -> frozenset[str]:
    """The regions that have an open trust."""
    place = OrganisationPlace
    query = (
        select(place.region_code)
        .join(Organisation, and_(place.organisation_id == Organisation.id, _holds(wanted.day)))
        .where(place.region_code.is_not(None), *_english_trust(wanted))
        .distinct()
    )
    return frozenset(code for code in db.session.scalars(query) if code)


def _holds(day: date) -> ColumnElement[bool]:
    place = OrganisationPlace
    return and_(
        place.superseded_at.is_(None),
        place.valid_from <= day,
        or_(place.valid_until.is_(None), place.valid_until > day),
    )
