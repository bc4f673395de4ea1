"""Counts of use: an organisation's own, from what an identity may see; and of one resource, which are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from tracker.access.identity import Identity
from tracker.database import current
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Usage
from tracker.library.queries.publishers import Publisher, list_publishers
from tracker.library.rules.usage import years_of
from tracker.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """What the list is narrowed to; an empty field narrows nothing. A year holds each period that touches it."""

    resource_id: UUID | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedUsage:
    """A count as everybody may read it, with the organisation that read it."""

    row: Usage
    publisher: Publisher


def list_usage(
    identity: Identity, organisation_id: UUID, narrowed: UsageFilter, *, limit: int, offset: int
) -> Sequence[Usage]:
    """A page of an organisation's counts: the youngest period first, what was entered by mistake last."""
    query = select(Usage).where(*_conditions(identity, organisation_id, narrowed))
    query = query.order_by(
        Usage.mistaken_reason != "", Usage.period_until.desc(), Usage.period_from, Usage.entity_id
    )
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_usage(identity: Identity, organisation_id: UUID, narrowed: UsageFilter) -> int:
    """How many `list_usage` gives without a limit."""
    conditions = _conditions(identity, organisation_id, narrowed)
    return db.session.scalar(select(func.count()).select_from(Usage).where(*conditions)) or 0


def list_usage_choices(identity: Identity, organisation_id: UUID) -> tuple[frozenset[UUID], list[int]]:
    """The resources and years that the organisation's list can be narrowed to: one query."""
    query = select(Usage.resource_id, Usage.period_from, Usage.period_until).where(
        *_conditions(identity, organisation_id, UsageFilter())
    )
    rows = db.session.execute(query.distinct()).all()
    return frozenset(row.resource_id for row in rows), years_of((row[1], row[2]) for row in rows)


def list_counts(identity: Identity, organisation_id: UUID, resource_id: UUID) -> Sequence[Usage]:
    """Every count of one resource that an organisation holds, without what was entered by mistake."""
    query = select(Usage).where(
        *_conditions(identity, organisation_id, UsageFilter(resource_id)), Usage.mistaken_reason == ""
    )
    return db.session.scalars(query.order_by(Usage.period_from, Usage.entity_id)).all()


def get_usage(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Usage:
    """One count as it stands now. Raises NotFound."""
    query = select(Usage).where(
        *_conditions(identity, organisation_id, UsageFilter()), Usage.entity_id == entity_id
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def list_usage_of(
    resource_id: UUID, *, demonstration: bool, limit: int | None = None
) -> Sequence[PublishedUsage]:
    """The youngest counts of one resource by whoever read them: published, without notes and authors.

    Of real organisations, or of invented ones.
    """
    query = _published(select(Usage), resource_id, demonstration).order_by(
        Usage.period_until.desc(), Usage.organisation_id, Usage.entity_id
    )
    rows = db.session.scalars(query.limit(limit)).all()
    publishers = list_publishers([row.organisation_id for row in rows])
    return [PublishedUsage(row, publishers[row.organisation_id]) for row in rows]


def count_usage_of(resource_id: UUID, *, demonstration: bool) -> int:
    """How many counts of one resource are published."""
    query = _published(select(func.count()).select_from(Usage), resource_id, demonstration)
    return db.session.scalar(query) or 0


def _published(query: Select[Any], resource_id: UUID, demonstration: bool) -> Select[Any]:
    return query.join(Organisation, Organisation.id == Usage.organisation_id).where(
        Usage.resource_id == resource_id,
        current(Usage),
        Usage.mistaken_reason == "",
        Organisation.demonstration.is_(demonstration),
    )


def _conditions(
    identity: Identity, organisation_id: UUID, narrowed: UsageFilter
) -> list[ColumnElement[bool]]:
    conditions = [
        Usage.organisation_id == organisation_id,
        current(Usage),
        in_scope(identity, Usage.organisation_id),
    ]
    if narrowed.resource_id is not None:
        conditions.append(Usage.resource_id == narrowed.resource_id)
    if narrowed.year is not None:
        conditions.append(Usage.period_from <= date(narrowed.year, 12, 31))
        conditions.append(Usage.period_until >= date(narrowed.year, 1, 1))
    return conditions
