"""Where a bundle is cut off: which organisations and recommendations, up to which moment, as at which day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.audit.models import PLATFORM, ChainHead
from tracker.audit.rules import NO_EVENTS, Head
from tracker.catalogue.models import Recommendation
from tracker.database import Base
from tracker.errors import NotFound
from tracker.exports.models import ExportRequest
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName, OrganisationPlace
from tracker.organisations.rules import display_name

# Organisations are read in batches: few queries for many of them, and memory that does not grow with their number.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """An organisation of a bundle, under the name that it had on the bundle's day."""

    id: UUID
    code: str
    kind: str
    name: str
    demonstration: bool

    @property
    def chain(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class Cut:
    """What decides every byte of a bundle: nothing recorded after `at` is in it, `as_at` is the day shown."""

    organisations: tuple[Chosen, ...]
    recommendations: tuple[str, ...]
    as_at: date
    at: datetime
    heads: Mapping[UUID, Head]

    @cached_property
    def moment(self) -> datetime:
        """The end of the day shown, or the cut-off when that day is not over."""
        return min(clock.end_of_day(self.as_at), self.at)

    @property
    def demonstration(self) -> bool:
        """Whether it is of invented organisations: a pack holds those or real ones."""
        return any(each.demonstration for each in self.organisations)

    def batches(self) -> Iterator[tuple[Chosen, ...]]:
        for start in range(0, len(self.organisations), BATCH):
            yield self.organisations[start : start + BATCH]


def cut_of(request: ExportRequest) -> Cut:
    """The cut of a saved request: the same each time, whatever was recorded since."""
    heads = {_chain_id(name): Head(each["seq"], each["hash"]) for name, each in request.cutoffs.items()}
    chosen = _chosen(request.organisation_codes, request.as_at, request.requested_at)
    codes = tuple(sorted(request.recommendation_codes))
    return Cut(chosen, codes, request.as_at, request.requested_at, heads)


def cut_now(
    identity: Identity | None,
    organisation_codes: Sequence[str],
    recommendation_codes: Sequence[str],
    day: date,
) -> Cut:
    """What a request would be cut off at if it were saved now; for looking before asking."""
    now = clock.now()
    chosen = list_chosen(identity, organisation_codes, day, now)
    rows = db.session.scalars(select(ChainHead)).all()
    known = {row.chain_id: Head(row.seq, row.hash) for row in rows}
    heads = {key: known.get(key, NO_EVENTS) for key in (PLATFORM, *(each.id for each in chosen))}
    return Cut(chosen, tuple(sorted(recommendation_codes)), day, now, heads)


def list_chosen(
    identity: Identity | None, codes: Sequence[str], day: date, recorded_by: datetime
) -> tuple[Chosen, ...]:
    """Organisations by code. Raises NotFound for one that is unknown or outside the scope; None is a command."""
    chosen = _chosen(codes, day, recorded_by)
    known = {each.code for each in chosen}
    missing = sorted(set(codes) - known)
    if missing:
        raise NotFound(missing[0])
    require_scope(identity, chosen)
    return chosen


def list_codes(identity: Identity | None, region: str = "", *, demonstration: bool) -> list[str]:
    """Codes of every organisation of which this identity may take an evidence pack, or those of one region; of real
    ones, or of invented ones."""
    query = select(Organisation.id, Organisation.code).order_by(Organisation.code)
    query = query.where(Organisation.demonstration.is_(demonstration))
    if region:
        today, place = clock.today(), OrganisationPlace
        query = query.join(place, place.organisation_id == Organisation.id).where(
            place.region_code == region,
            place.superseded_at.is_(None),
            place.valid_from <= today,
            or_(place.valid_until.is_(None), place.valid_until > today),
        )
    return [code for key, code in db.session.execute(query) if is_in_scope(identity, key)]


def list_recommendation_codes() -> list[str]:
    """Every recommendation in force."""
    query = select(Recommendation.code).where(Recommendation.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Recommendation.code)))


def is_in_scope(identity: Identity | None, organisation_id: UUID) -> bool:
    if identity is None:
        return True
    return scope_of(identity, Permission.EXPORT_ORGANISATION).holds(organisation_id)


def require_scope(identity: Identity | None, chosen: Sequence[Chosen]) -> None:
    """Raises NotFound when one of them is outside: what this person may not know of is as if absent."""
    for each in chosen:
        if not is_in_scope(identity, each.id):
            raise NotFound(each.code)


def _chosen(codes: Sequence[str], day: date, recorded_by: datetime) -> tuple[Chosen, ...]:
    found: dict[str, Chosen] = {}
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), 500):
        for row in _named(wanted[start : start + 500], day, recorded_by):
            found.setdefault(row.code, row)
    return tuple(found[code] for code in sorted(found))


@cache
def columns_of(model: type[Base]) -> list[InstrumentedAttribute[Any]]:
    """Every column under its own name: many rows as plain tuples cost a third of as many entities."""
    return [getattr(model, each.key) for each in model.__mapper__.column_attrs]


def chosen_by_id(ids: Collection[UUID], day: date, recorded_by: datetime) -> tuple[Chosen, ...]:
    """Organisations by id, whatever the scope: for naming what somebody sees already."""
    query = select(Organisation.code).where(Organisation.id.in_(sorted(set(ids))))
    return _chosen(db.session.scalars(query).all(), day, recorded_by)


def _named(codes: Sequence[str], day: date, recorded_by: datetime) -> Iterator[Chosen]:
    """With the name of the day, as it was known when the bundle was asked for."""
    name = OrganisationName
    known_then = or_(name.superseded_at.is_(None), name.superseded_at > recorded_by)
    holds = and_(name.valid_from <= day, or_(name.valid_until.is_(None), name.valid_until > day))
    joined = and_(name.organisation_id == Organisation.id, name.recorded_at <= recorded_by, known_then, holds)
    query = (
        select(Organisation.id, Organisation.code, Organisation.kind, name.name, Organisation.demonstration)
        .outerjoin(name, joined)
        .where(Organisation.code.in_(codes))
        .order_by(Organisation.code, name.valid_from.desc())
    )
    for key, code, kind, called, demonstration in db.session.execute(query):
        yield Chosen(key, code, kind.value, display_name(called) if called else code, demonstration)


def _chain_id(name: str) -> UUID:
    return PLATFORM if name == "platform" else UUID(name)
