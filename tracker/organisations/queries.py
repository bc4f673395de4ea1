"""Reading organisations: which one a code names, and the directory as an identity may see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.organisations.models import (
    Icb,
    Organisation,
    OrganisationName,
    OrganisationPlace,
    Region,
    Succession,
)
from tracker.organisations.rules import World, display_name, retired_name, world_of

# The same table a second time, for what a query about organisations asks of all of them.
_ANY = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """An organisation with the name and place that it had on a day."""

    id: UUID
    code: str
    name: str
    kind: OrganisationKind
    country: str
    region_code: str | None
    region: str | None
    icb_code: str | None
    icb: str | None
    opened_on: date | None
    closed_on: date | None
    absent_since: date | None
    demonstration: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class DirectoryFilter:
    """What a list of organisations is narrowed to; an empty field narrows nothing."""

    region: str = ""
    icb: str = ""
    kind: str = ""
    text: str = ""
    country: str = ""
    only_open: bool = False
    only_closed: bool = False
    demonstration: bool | None = None


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """An organisation before or after this one; `known` says whether the tracker holds its record."""

    code: str
    name: str
    on: date
    kind: str
    known: bool


def find_ref(code: str) -> OrganisationRef | None:
    """The organisation that a code names, with its name today. The gate asks; no identity yet."""
    today = clock.today()
    row = db.session.execute(_directory(today).where(Organisation.code == code)).one_or_none()
    if row is None:
        return None
    found = _row(row, today)
    return OrganisationRef(found.id, found.code, found.name, found.kind.value, found.closed_on, found.is_open)


def list_directory(
    identity: Identity,
    narrowed: DirectoryFilter = DirectoryFilter(),
    *,
    on: date | None = None,
    permission: Permission = Permission.ORGANISATION_VIEW,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[DirectoryRow]:
    """Organisations within the identity's scope on a day, by name and then code."""
    day = on or clock.today()
    query = _narrow(_directory(day), narrowed, day).where(within_scope(identity, permission))
    query = query.order_by(func.lower(func.coalesce(OrganisationName.name, "")), Organisation.code)
    rows = db.session.execute(query.limit(limit).offset(offset)).all()
    return [_row(row, day) for row in rows]


def count_directory(
    identity: Identity,
    narrowed: DirectoryFilter = DirectoryFilter(),
    *,
    on: date | None = None,
    permission: Permission = Permission.ORGANISATION_VIEW,
) -> int:
    """How many organisations `list_directory` would give without a limit."""
    day = on or clock.today()
    inner = _narrow(_directory(day), narrowed, day).where(within_scope(identity, permission)).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def within_scope(
    identity: Identity, permission: Permission = Permission.ORGANISATION_VIEW
) -> ColumnElement[bool]:
    """The condition that keeps an identity to the organisations where it holds a permission."""
    scope = scope_of(identity, permission)
    return (
        Organisation.id.is_not(None)
        if scope.everything
        else Organisation.id.in_(sorted(scope.organisation_ids))
    )


def open_on(day: date) -> ColumnElement[bool]:
    """Open on a day: opened, not closed (`closed_on` is the last day open), and not missing from the files."""
    return and_(
        or_(Organisation.opened_on.is_(None), Organisation.opened_on <= day),
        or_(Organisation.closed_on.is_(None), Organisation.closed_on >= day),
        or_(Organisation.absent_since.is_(None), Organisation.absent_since > day),
    )


def list_regions(demonstration: bool) -> Sequence[tuple[str, str]]:
    """Codes and names of regions, by name; never real and fictional ones together."""
    query = select(Region.code, Region.name).where(Region.demonstration.is_(demonstration))
    return sorted(
        ((code, name or retired_name(code)) for code, name in db.session.execute(query)), key=lambda r: r[1]
    )


def list_icbs(demonstration: bool) -> Sequence[tuple[str, str]]:
    """Codes and names of integrated care boards, by name."""
    query = select(Icb.code, Icb.name).where(Icb.demonstration.is_(demonstration))
    return sorted(
        ((code, name or retired_name(code)) for code, name in db.session.execute(query)), key=lambda r: r[1]
    )


def list_successions(code: str) -> tuple[Sequence[SuccessionRow], Sequence[SuccessionRow]]:
    """Predecessors and successors of an organisation, by date."""
    query = (
        select(Succession)
        .where(or_(Succession.predecessor_code == code, Succession.successor_code == code))
        .order_by(Succession.on, Succession.predecessor_code, Succession.successor_code)
    )
    rows = db.session.scalars(query).all()
    known = _known_codes({row.predecessor_code for row in rows} | {row.successor_code for row in rows})
    before = [_predecessor(row, known) for row in rows if row.successor_code == code]
    after = [_successor(row, known) for row in rows if row.predecessor_code == code]
    return before, after


def list_successors(codes: Collection[str]) -> Mapping[str, Sequence[SuccessionRow]]:
    """The successors of several organisations at once, by date; those that have none are left out."""
    query = (
        select(Succession)
        .where(Succession.predecessor_code.in_(codes))
        .order_by(Succession.on, Succession.predecessor_code, Succession.successor_code)
    )
    rows = db.session.scalars(query).all()
    known = _known_codes({row.successor_code for row in rows})
    after: dict[str, list[SuccessionRow]] = {}
    for row in rows:
        after.setdefault(row.predecessor_code, []).append(_successor(row, known))
    return after


def find_world(identity: Identity | None, *, asked: bool = False) -> World:
    """Whose entries this reader is shown in lists of what is published; `asked`: she asks for invented ones."""
    row = db.session.execute(select(*worlds_of(identity))).one()
    return world_of(*map(bool, row), asked=asked)


def worlds_of(identity: Identity | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether there are real organisations and invented ones for a reader: columns for a query.

    Those of her scope; for who is not signed in, or belongs to none, those of the whole database.
    """
    scope = None if identity is None else scope_of(identity)
    known = _ANY.id.is_not(None)
    if scope is not None and not scope.everything and scope.organisation_ids:
        known = _ANY.id.in_(sorted(scope.organisation_ids))
    return exists().where(known, _ANY.demonstration.is_(False)), exists().where(
        known, _ANY.demonstration.is_(True)
    )


def in_world(identity: Identity | None, *, asked: bool = False) -> ColumnElement[bool]:
    """The condition that keeps organisations to the world of `find_world`, where that is not to be asked first."""
    real, invented = worlds_of(identity)
    return Organisation.demonstration == (invented if asked else and_(invented, not_(real)))


def beside(organisation_id: UUID) -> ColumnElement[bool]:
    """The condition that keeps organisations to the world of one of them."""
    own = select(_ANY.demonstration).where(_ANY.id == organisation_id).scalar_subquery()
    return Organisation.demonstration == own


def has_worlds() -> tuple[bool, bool]:
    """Whether this instance holds invented organisations, which every page then says, and real ones."""
    real, invented = db.session.execute(select(*worlds_of(None))).one()
    return bool(invented), bool(real)


def _known_codes(codes: Collection[str]) -> frozenset[str]:
    return frozenset(db.session.scalars(select(Organisation.code).where(Organisation.code.in_(codes))))


def _predecessor(row: Succession, known: Collection[str]) -> SuccessionRow:
    code = row.predecessor_code
    return SuccessionRow(code, display_name(row.predecessor_name), row.on, row.kind, code in known)


def _successor(row: Succession, known: Collection[str]) -> SuccessionRow:
    code = row.successor_code
    return SuccessionRow(code, display_name(row.successor_name), row.on, row.kind, code in known)


def _directory(day: date) -> Select[*tuple[Any, ...]]:
    names, places = OrganisationName, OrganisationPlace
    return (
        select(
            Organisation,
            names.name,
            places.region_code,
            Region.name,
            places.icb_code,
            Icb.name,
        )
        .outerjoin(names, and_(names.organisation_id == Organisation.id, _holds(names, day)))
        .outerjoin(places, and_(places.organisation_id == Organisation.id, _holds(places, day)))
        .outerjoin(Region, Region.code == places.region_code)
        .outerjoin(Icb, Icb.code == places.icb_code)
    )


def _holds(model: type[OrganisationName] | type[OrganisationPlace], day: date) -> ColumnElement[bool]:
    return and_(
        model.superseded_at.is_(None),
        model.valid_from <= day,
        or_(model.valid_until.is_(None), model.valid_until > day),
    )


def _narrow(
    query: Select[*tuple[Any, ...]], narrowed: DirectoryFilter, day: date
) -> Select[*tuple[Any, ...]]:
    if narrowed.region:
        query = query.where(OrganisationPlace.region_code == narrowed.region)
    if narrowed.icb:
        query = query.where(OrganisationPlace.icb_code == narrowed.icb)
    if narrowed.kind:
        query = query.where(Organisation.kind == OrganisationKind(narrowed.kind))
    if narrowed.country:
        query = query.where(Organisation.country == narrowed.country)
    if narrowed.demonstration is not None:
        query = query.where(Organisation.demonstration.is_(narrowed.demonstration))
    if narrowed.only_open:
        query = query.where(open_on(day))
    if narrowed.only_closed:
        query = query.where(not_(open_on(day)))
    if narrowed.text:
        query = query.where(
            or_(
                *(_holds_text(column, narrowed.text) for column in (OrganisationName.name, Organisation.code))
            )
        )
    return query


def _holds_text(column: ColumnElement[str] | InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)


def _row(row: Sequence[Any], day: date) -> DirectoryRow:
    organisation, name, region_code, region, icb_code, icb = row
    return DirectoryRow(
        id=organisation.id,
        code=organisation.code,
        name=display_name(name) if name else organisation.code,
        kind=organisation.kind,
        country=organisation.country,
        region_code=region_code,
        region=region or (retired_name(region_code) if region_code else None),
        icb_code=icb_code,
        icb=icb or (retired_name(icb_code) if icb_code else None),
        opened_on=organisation.opened_on,
        closed_on=organisation.closed_on,
        absent_since=organisation.absent_since,
        demonstration=organisation.demonstration,
        is_open=_is_open(organisation, day),
    )


def _is_open(organisation: Organisation, day: date) -> bool:
    opened = organisation.opened_on is None or organisation.opened_on <= day
    closed = organisation.closed_on is not None and organisation.closed_on < day
    absent = organisation.absent_since is not None and organisation.absent_since <= day
    return opened and not closed and not absent
