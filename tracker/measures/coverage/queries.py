"""Reading staff trained, always from what an identity may see; a past day is the same query with a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.database import as_at, current, once
from tracker.errors import NotFound
from tracker.evidence.models import EvidenceItem
from tracker.evidence.queries import in_scope, live_on
from tracker.evidence.rules import EvidenceUse
from tracker.extensions import db
from tracker.measures.base import At
from tracker.measures.coverage.models import (
    CoverageCount,
    CoverageNeedLine,
    CoverageNeeds,
    CoveragePosition,
    CoverageRoute,
    CoverageRoutes,
)
from tracker.measures.coverage.rules import Count, Line, Named, Needs, Route

# So many ids still fit into one statement of every database; for more, the identity's scope is the narrowing.
MANY = 500


@dataclass(frozen=True, slots=True)
class NeedsRow:
    """A version of a needs table with its lines."""

    entry: CoverageNeeds
    needs: Needs


@dataclass(frozen=True, slots=True)
class RoutesRow:
    """A version of the routes with its lines."""

    entry: CoverageRoutes
    routes: dict[Named, Route]


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A version of the numbers of a date with its lines, in the order of the grid."""

    entry: CoveragePosition
    counts: tuple[Count, ...]

    @property
    def in_post(self) -> int:
        return sum(count.in_post for count in self.counts)


@once
def needs_of(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> dict[UUID, NeedsRow]:
    """The needs tables that stand, or stood at a moment: two queries."""
    stood = _stood(identity, CoverageNeeds, organisation_ids, as_at(CoverageNeeds, moment))
    return _with_lines(identity, stood)


def list_needs_versions(identity: Identity, organisation_id: UUID) -> list[NeedsRow]:
    """Every version of a needs table, oldest first."""
    every = _stood(identity, CoverageNeeds, [organisation_id], true())
    lines = _need_lines(identity, every)
    found = db.session.scalars(every.order_by(CoverageNeeds.version))
    return [NeedsRow(entry, _needs(entry, lines.get(entry.id, []))) for entry in found]


def routes_of(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> dict[UUID, RoutesRow]:
    """The routes that stand, or stood at a moment: two queries."""
    stood = _stood(identity, CoverageRoutes, organisation_ids, as_at(CoverageRoutes, moment))
    return _with_ways(identity, stood)


@once
def latest_positions(
    identity: Identity, organisation_ids: Collection[UUID], at: At
) -> dict[UUID, PositionRow]:
    """The youngest numbers of each organisation about a day up to `at.day`: two queries."""
    standing = and_(
        as_at(CoveragePosition, at.moment),
        CoveragePosition.about_on <= at.day,
        CoveragePosition.withdrawn_reason.is_(None),
    )
    youngest = (
        select(CoveragePosition.organisation_id, func.max(CoveragePosition.about_on).label("about_on"))
        .where(standing, _among(CoveragePosition.organisation_id, organisation_ids))
        .group_by(CoveragePosition.organisation_id)
        .subquery()
    )
    is_youngest = and_(
        youngest.c.organisation_id == CoveragePosition.organisation_id,
        youngest.c.about_on == CoveragePosition.about_on,
    )
    query = _stood(identity, CoveragePosition, organisation_ids, standing).join(youngest, is_youngest)
    return {row.entry.organisation_id: row for row in _with_counts(identity, query)}


def list_positions(
    identity: Identity, organisation_id: UUID, at: At, *, limit: int, offset: int = 0, withdrawn: bool = False
) -> list[PositionRow]:
    """The numbers of an organisation, the youngest date first: two queries."""
    query = _register(identity, organisation_id, at, withdrawn=withdrawn)
    chosen = query.order_by(CoveragePosition.about_on.desc()).limit(limit).offset(offset)
    return _with_counts(identity, chosen)


def count_positions(identity: Identity, organisation_id: UUID, at: At, *, withdrawn: bool = False) -> int:
    """How many dates the register holds."""
    query = _register(identity, organisation_id, at, withdrawn=withdrawn)
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def find_position(identity: Identity, organisation_id: UUID, about_on: date | None) -> PositionRow | None:
    """The numbers of a date as they stand, those taken out of use too."""
    if about_on is None:
        return None
    on_the_date = and_(current(CoveragePosition), CoveragePosition.about_on == about_on)
    query = _stood(identity, CoveragePosition, [organisation_id], on_the_date)
    return next(iter(_with_counts(identity, query)), None)


def find_last(identity: Identity, organisation_id: UUID) -> PositionRow | None:
    """The numbers of the youngest date, whatever day it is."""
    return latest_positions(identity, [organisation_id], At(date.max)).get(organisation_id)


def get_position(
    identity: Identity, organisation_id: UUID, position_id: UUID, moment: datetime | None = None
) -> PositionRow:
    """The numbers of a date by its id. Raises NotFound."""
    mine = and_(as_at(CoveragePosition, moment), CoveragePosition.entity_id == position_id)
    query = _stood(identity, CoveragePosition, [organisation_id], mine)
    found = next(iter(_with_counts(identity, query)), None)
    if found is None:
        raise NotFound(str(position_id))
    return found


def list_versions(
    identity: Identity, organisation_id: UUID, position_id: UUID
) -> list[tuple[PositionRow, str]]:
    """Every version of the numbers of a date with its author's name, newest first."""
    mine = CoveragePosition.entity_id == position_id
    query = _stood(identity, CoveragePosition, [organisation_id], mine)
    rows = _with_counts(identity, query.order_by(CoveragePosition.version.desc()))
    names = author_names(identity, {row.entry.author_id for row in rows})
    return [(row, names.get(row.entry.author_id, "")) for row in rows]


def author_names(identity: Identity, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of people who wrote rows that were found in scope."""
    query = select(User.id, User.name).where(User.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_neighbour(identity: Identity, organisation_id: UUID, about_on: date) -> tuple[date, int] | None:
    """Date and staff in post of the numbers before a date, or of the first after it when there are none before."""
    total = func.sum(CoverageCount.in_post)
    query = (
        select(CoveragePosition.about_on, total)
        .join(CoverageCount, _is_line_of(CoverageCount.position_id, CoveragePosition))
        .where(
            CoveragePosition.organisation_id == organisation_id,
            current(CoveragePosition),
            CoveragePosition.withdrawn_reason.is_(None),
            in_scope(identity, CoveragePosition.organisation_id),
        )
        .group_by(CoveragePosition.about_on)
    )
    day = CoveragePosition.about_on
    for beside in (
        query.where(day < about_on).order_by(day.desc()),
        query.where(day > about_on).order_by(day),
    ):
        if found := db.session.execute(beside.limit(1)).first():
            return found[0], int(found[1])
    return None


def find_report(identity: Identity, organisation_id: UUID, evidence_id: UUID | None) -> EvidenceItem | None:
    """The item of evidence that a figure rests on, whatever became of it."""
    if evidence_id is None:
        return None
    query = select(EvidenceItem).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.entity_id == evidence_id,
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    )
    return db.session.scalars(query).one_or_none()


def list_reports(identity: Identity, organisation_id: UUID, day: date) -> Sequence[tuple[UUID, str, date]]:
    """Evidence in use and in date that a figure may rest on, the newest first: id, title, date."""
    query = (
        select(EvidenceItem.entity_id, EvidenceItem.title, EvidenceItem.dated_on)
        .where(
            EvidenceItem.organisation_id == organisation_id,
            current(EvidenceItem),
            live_on(day),
            in_scope(identity, EvidenceItem.organisation_id),
        )
        .order_by(EvidenceItem.dated_on.desc(), EvidenceItem.title)
        .limit(100)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def recorded_until(organisation_ids: Sequence[UUID], at: At) -> list[PositionRow]:
    """Every version of the numbers of every date that were known at a position, for an evidence pack: two queries."""
    query = _stood(None, CoveragePosition, organisation_ids, _known(at))
    order = (CoveragePosition.organisation_id, CoveragePosition.about_on, CoveragePosition.version)
    return _with_counts(None, query.order_by(*order))


def reports_until(organisation_ids: Collection[UUID], at: At) -> list[tuple[UUID, UUID]]:
    """The items of evidence behind them, each with its organisation: one query."""
    places = CoveragePosition.organisation_id, CoveragePosition.evidence_id
    query = _stood(None, CoveragePosition, organisation_ids, _known(at))
    rows = db.session.execute(query.with_only_columns(*places).distinct())
    return [(organisation_id, item) for organisation_id, item in rows if item is not None]


def _known(at: At) -> ColumnElement[bool]:
    known = true() if at.moment is None else CoveragePosition.recorded_at <= at.moment
    return known & (CoveragePosition.about_on <= at.day)


# --- what the questions above share ------------------------------------------------------------------------


def _among(column: Any, organisation_ids: Collection[UUID]) -> ColumnElement[bool]:
    if len(organisation_ids) > MANY:
        return true()
    found: ColumnElement[bool] = column.in_(sorted(organisation_ids))
    return found


def _stood(
    identity: Identity | None, model: Any, organisation_ids: Collection[UUID], condition: ColumnElement[bool]
) -> Select[Any]:
    column = model.organisation_id
    return select(model).where(condition, _among(column, organisation_ids), _scope(identity, column))


def _scope(identity: Identity | None, column: Any) -> ColumnElement[bool]:
    """A pack asks in nobody's name: its request said whose organisations it holds."""
    return true() if identity is None else in_scope(identity, column)


def _register(identity: Identity, organisation_id: UUID, at: At, *, withdrawn: bool) -> Select[Any]:
    query = _stood(identity, CoveragePosition, [organisation_id], as_at(CoveragePosition, at.moment))
    state = CoveragePosition.withdrawn_reason
    chosen = query.where(CoveragePosition.about_on <= at.day)
    return chosen.where(state.is_not(None) if withdrawn else state.is_(None))


def _is_line_of(column: Any, parent: Any) -> ColumnElement[bool]:
    return and_(column.class_.organisation_id == parent.organisation_id, column == parent.id)


def _with_counts(identity: Identity | None, query: Select[Any]) -> list[PositionRow]:
    entries = db.session.scalars(query).all()
    if not entries:
        return []
    if len(entries) <= MANY:
        chosen = CoverageCount.position_id.in_([entry.id for entry in entries])
    else:
        chosen = CoverageCount.position_id.in_(query.order_by(None).with_only_columns(CoveragePosition.id))
    counts = _counts_of(chosen & _scope(identity, CoverageCount.organisation_id))
    return [PositionRow(entry, counts.get(entry.id, ())) for entry in entries]


def _counts_of(condition: ColumnElement[bool]) -> dict[UUID, tuple[Count, ...]]:
    query = select(
        CoverageCount.position_id,
        CoverageCount.group_code,
        CoverageCount.level,
        CoverageCount.in_post,
        CoverageCount.in_date,
    ).where(condition)
    found: dict[UUID, list[Count]] = {}
    for position_id, group, level, in_post, in_date in db.session.execute(query):
        found.setdefault(position_id, []).append(Count(Line(group, level), in_post, in_date))
    return {key: tuple(sorted(each, key=lambda count: count.line.place)) for key, each in found.items()}


def _with_lines(identity: Identity | None, stood: Select[Any]) -> dict[UUID, NeedsRow]:
    lines = _need_lines(identity, stood)
    return {
        entry.organisation_id: NeedsRow(entry, _needs(entry, lines.get(entry.id, [])))
        for entry in db.session.scalars(stood)
    }


def _with_ways(identity: Identity | None, stood: Select[Any]) -> dict[UUID, RoutesRow]:
    lines: dict[UUID, dict[Named, Route]] = {}
    ids = stood.with_only_columns(CoverageRoutes.id)
    query = select(CoverageRoute).where(
        CoverageRoute.routes_id.in_(ids), _scope(identity, CoverageRoute.organisation_id)
    )
    for each in db.session.scalars(query):
        route = Route(each.named_group, each.has_route, each.what)
        lines.setdefault(each.routes_id, {})[each.named_group] = route
    return {
        entry.organisation_id: RoutesRow(entry, lines.get(entry.id, {}))
        for entry in db.session.scalars(stood)
    }


def _need_lines(identity: Identity | None, stood: Select[Any]) -> dict[UUID, list[CoverageNeedLine]]:
    ids = stood.with_only_columns(CoverageNeeds.id)
    query = select(CoverageNeedLine).where(
        CoverageNeedLine.needs_id.in_(ids), _scope(identity, CoverageNeedLine.organisation_id)
    )
    found: dict[UUID, list[CoverageNeedLine]] = {}
    for each in db.session.scalars(query):
        found.setdefault(each.needs_id, []).append(each)
    return found


def _needs(entry: CoverageNeeds, lines: Sequence[CoverageNeedLine]) -> Needs:
    found = sorted((Line(each.group_code, each.level) for each in lines), key=lambda line: line.place)
    return Needs(
        lines=tuple(found),
        agreed_by=entry.agreed_by,
        agreed_on=entry.agreed_on,
        review_on=entry.review_on,
        interval_months=entry.interval_months,
        target_percent=entry.target_percent,
        who={each.group_code: each.who for each in lines if each.who},
    )


def list_uses_of(identity: Identity, organisation_id: UUID, item_id: UUID) -> list[EvidenceUse]:
    """The numbers of staff trained that name an item as the report they come from, the latest first."""
    query = select(CoveragePosition.entity_id, CoveragePosition.about_on).where(
        CoveragePosition.organisation_id == organisation_id,
        CoveragePosition.evidence_id == item_id,
        CoveragePosition.withdrawn_reason.is_(None),
        current(CoveragePosition),
        in_scope(identity, CoveragePosition.organisation_id),
    )
    return [
        EvidenceUse("Staff trained", "coverage.position", {"item": str(entity_id)}, about_on)
        for entity_id, about_on in db.session.execute(query.order_by(CoveragePosition.about_on.desc()))
    ]
