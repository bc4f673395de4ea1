"""Members of a network: who they are and were, who could be added, and which of them have been reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue.rules import OrganisationKind
from tracker.database import as_at
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import NetworkMember as NetworkMember
from tracker.library.models import Share, ShareMember
from tracker.library.queries.counts import demonstration_of
from tracker.library.queries.reach import Window, touches
from tracker.library.rules.sharing import Term
from tracker.organisations.models import Icb, Organisation, OrganisationName, OrganisationPlace, Region
from tracker.organisations.queries import open_on
from tracker.organisations.rules import ENGLAND, display_name

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An organisation on a network's list, with the name and place that it has today."""

    entity_id: UUID
    version: int
    id: UUID
    code: str
    name: str
    icb: str
    region: str
    from_on: date
    until_on: date | None

    @property
    def term(self) -> Term:
        return Term(self.id, self.from_on, self.until_on)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that a network may add: published by the NHS."""

    id: UUID
    code: str
    name: str
    icb: str


def list_members(
    identity: Identity, network_id: UUID, moment: datetime | None = None, *, on: date | None = None
) -> Sequence[MemberRow]:
    """The list as it stands, former members too, by name; with `on` those who are members on that day."""
    query = (
        select(NetworkMember, Organisation.code, OrganisationName.name, Icb.name, Region.name)
        .join(Organisation, Organisation.id == NetworkMember.member_id)
        .outerjoin(OrganisationName, _name())
        .outerjoin(OrganisationPlace, _place())
        .outerjoin(Icb, Icb.code == OrganisationPlace.icb_code)
        .outerjoin(Region, Region.code == OrganisationPlace.region_code)
        .where(
            NetworkMember.organisation_id == network_id,
            as_at(NetworkMember, moment),
            in_scope(identity, NetworkMember.organisation_id),
        )
    )
    rows = [_member(*row) for row in db.session.execute(query)]
    kept = [row for row in rows if on is None or row.term.covers(on)]
    return sorted(kept, key=lambda row: (row.name.lower(), row.code, row.from_on))


def get_member(identity: Identity, network_id: UUID, entity_id: UUID) -> MemberRow:
    """One membership as it stands now. Raises NotFound."""
    for row in list_members(identity, network_id):
        if row.entity_id == entity_id:
            return row
    raise NotFound(str(entity_id))


def list_member_rows(identity: Identity, network_id: UUID) -> Sequence[NetworkMember]:
    """The rows themselves, for whoever is going to change one."""
    query = select(NetworkMember).where(
        NetworkMember.organisation_id == network_id,
        as_at(NetworkMember, None),
        in_scope(identity, NetworkMember.organisation_id),
    )
    return db.session.scalars(query.order_by(NetworkMember.from_on, NetworkMember.entity_id)).all()


def list_candidates(
    identity: Identity,
    network_id: UUID,
    *,
    text: str = "",
    icb: str = "",
    region: str = "",
    ids: Collection[UUID] | None = None,
    limit: int | None = None,
) -> Sequence[Candidate]:
    """Open organisations to choose members from, by name; an ICB or region gives its trusts.

    For who may change this network's list, and nobody else. Real and fictional ones are never in one list.
    """
    if not allows(identity, Permission.MEASURES_RECORD, network_id):
        return ()
    query = (
        select(Organisation.id, Organisation.code, OrganisationName.name, Icb.name)
        .outerjoin(OrganisationName, _name())
        .outerjoin(OrganisationPlace, _place())
        .outerjoin(Icb, Icb.code == OrganisationPlace.icb_code)
        .where(
            Organisation.country == ENGLAND,
            Organisation.kind != OrganisationKind.HEALTH_INNOVATION_NETWORK,
            open_on(clock.today()),
            Organisation.demonstration.is_(demonstration_of([network_id]).get(network_id, False)),
        )
        .order_by(func.lower(func.coalesce(OrganisationName.name, "")), Organisation.code)
    )
    if ids is not None:
        query = query.where(Organisation.id.in_(ids))
    for column, code in ((OrganisationPlace.icb_code, icb), (OrganisationPlace.region_code, region)):
        if code:
            query = query.where(column == code, Organisation.kind == OrganisationKind.NHS_TRUST)
    for word in text.lower().split():
        query = query.where(
            or_(
                func.lower(func.coalesce(OrganisationName.name, "")).contains(word, autoescape=True),
                func.lower(Organisation.code).contains(word, autoescape=True),
            )
        )
    return [_candidate(*row) for row in db.session.execute(query.limit(limit))]


def list_member_codes(identity: Identity, network_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Codes of organisations that a network names in a share or on its list, for the trail."""
    if not allows(identity, Permission.MEASURES_RECORD, network_id):
        return {}
    query = select(Organisation.id, Organisation.code).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_shared_days(identity: Identity, network_id: UUID, member_id: UUID) -> Sequence[date]:
    """The days of this network's shares that name a member: it must have been one on each of them."""
    query = (
        select(Share.shared_on)
        .join(
            ShareMember,
            and_(ShareMember.organisation_id == Share.organisation_id, ShareMember.share_row_id == Share.id),
        )
        .where(
            Share.organisation_id == network_id,
            ShareMember.member_id == member_id,
            as_at(Share, None),
            Share.mistaken_reason == "",
            in_scope(identity, Share.organisation_id),
        )
        .distinct()
        .order_by(Share.shared_on)
    )
    return db.session.scalars(query).all()


def list_resources_by_member(
    identity: Identity, network_id: UUID, wanted: Window
) -> Mapping[UUID, frozenset[UUID]]:
    """By member the resources that this network shared for it in a window: one query, and one for the members.

    What a member shared by itself stands in that member's record, which is not its network's to read.
    """
    members = [row.id for row in list_members(identity, network_id, wanted.moment, on=wanted.day)]
    met = touches(wanted, Share.organisation_id == network_id)
    query = (
        select(met.c.organisation_id, met.c.resource_id).where(met.c.organisation_id.in_(members)).distinct()
    )
    found: dict[UUID, set[UUID]] = {each: set() for each in members}
    for member_id, resource_id in db.session.execute(query):
        found[member_id].add(resource_id)
    return {member_id: frozenset(resources) for member_id, resources in found.items()}


def _member(
    row: NetworkMember, code: str, name: str | None, icb: str | None, region: str | None
) -> MemberRow:
    return MemberRow(
        row.entity_id, row.version, row.member_id, code, display_name(name) if name else code, icb or "",
        region or "", row.from_on, row.until_on,
    )  # fmt: skip


def _candidate(id: UUID, code: str, name: str | None, icb: str | None) -> Candidate:
    return Candidate(id, code, display_name(name) if name else code, icb or "")


def _name() -> ColumnElement[bool]:
    return and_(
        OrganisationName.organisation_id == Organisation.id,
        OrganisationName.superseded_at.is_(None),
        OrganisationName.valid_until.is_(None),
    )


def _place() -> ColumnElement[bool]:
    return and_(
        OrganisationPlace.organisation_id == Organisation.id,
        OrganisationPlace.superseded_at.is_(None),
        OrganisationPlace.valid_until.is_(None),
    )
