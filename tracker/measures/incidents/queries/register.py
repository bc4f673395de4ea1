"""The rows of the register: only for people with a role in the trust. To everybody else they are not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.measures.incidents.models import Incident, Nil
from tracker.measures.incidents.rules import Theme

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the register is narrowed to; an empty field narrows nothing."""

    state: str = ""
    department: str = ""
    theme: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an incident with the name of whoever wrote it."""

    incident: Incident
    author: str


def sees_rows(identity: Identity, organisation_id: UUID) -> bool:
    """Champions and leads of this trust; a national lead, an auditor and a successor's people see counts."""
    return organisation_id in identity.own


def list_register(
    identity: Identity,
    organisation_id: UUID,
    narrowed: Narrowed,
    *,
    limit: int,
    offset: int,
    at: datetime | None = None,
) -> Sequence[Incident]:
    """A page of the register: open ones first, then by month, newest first."""
    query = select(Incident).where(*_conditions(identity, organisation_id, narrowed, at))
    order = (
        case((Incident.closed_on.is_(None), 0), else_=1),
        Incident.month.desc(),
        Incident.entity_id.desc(),
    )
    return db.session.scalars(query.order_by(*order).limit(limit).offset(offset)).all()


def count_register(
    identity: Identity, organisation_id: UUID, narrowed: Narrowed, at: datetime | None = None
) -> int:
    """How many incidents the register holds under a filter."""
    conditions = _conditions(identity, organisation_id, narrowed, at)
    return db.session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0


def list_departments(identity: Identity, organisation_id: UUID) -> Sequence[str]:
    """The departments that the register names, in order."""
    query = select(Incident.department).where(*_conditions(identity, organisation_id, Narrowed()))
    return db.session.scalars(query.distinct().order_by(Incident.department)).all()


def list_months(identity: Identity, organisation_id: UUID) -> Sequence[date]:
    """The month of each incident in the register, oldest first."""
    query = select(Incident.month).where(*_conditions(identity, organisation_id, Narrowed()))
    return db.session.scalars(query.order_by(Incident.month, Incident.entity_id)).all()


def list_references(identity: Identity, organisation_id: UUID, *, but: UUID | None = None) -> Sequence[str]:
    """The references in the register, without that of one incident."""
    query = select(Incident.reference).where(*_conditions(identity, organisation_id, Narrowed()))
    if but is not None:
        query = query.where(Incident.entity_id != but)
    return db.session.scalars(query.order_by(Incident.reference, Incident.entity_id)).all()


def get_incident(
    identity: Identity, organisation_id: UUID, incident_id: UUID, *, removed: bool = False
) -> Incident:
    """One incident as it stands. Raises NotFound, to people outside the trust too.

    `removed`: one that was taken out of the register may be looked at, and no more.
    """
    query = select(Incident).where(
        Incident.organisation_id == organisation_id,
        Incident.entity_id == incident_id,
        current(Incident),
        _own(identity, Incident.organisation_id),
    )
    if not removed:
        query = query.where(Incident.removed_reason.is_(None))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(incident_id))
    return found


def list_versions(identity: Identity, organisation_id: UUID, incident_id: UUID) -> Sequence[Version]:
    """Every version of an incident with its author, newest first."""
    query = (
        select(Incident, User.name)
        .join(User, User.id == Incident.author_id)
        .where(
            Incident.organisation_id == organisation_id,
            Incident.entity_id == incident_id,
            _own(identity, Incident.organisation_id),
        )
        .order_by(Incident.version.desc())
    )
    return [Version(row, name) for row, name in db.session.execute(query)]


def list_nils(identity: Identity, organisation_id: UUID, at: datetime | None = None) -> Sequence[Nil]:
    """The confirmations that stand, newest period first."""
    query = select(Nil).where(
        Nil.organisation_id == organisation_id,
        Nil.removed_reason.is_(None),
        as_at(Nil, at),
        _own(identity, Nil.organisation_id),
    )
    return db.session.scalars(query.order_by(Nil.last.desc(), Nil.entity_id)).all()


def get_nil(identity: Identity, organisation_id: UUID, nil_id: UUID) -> Nil:
    """One confirmation that stands. Raises NotFound, to people outside the trust too."""
    found = next((each for each in list_nils(identity, organisation_id) if each.entity_id == nil_id), None)
    if found is None:
        raise NotFound(str(nil_id))
    return found


def _own(identity: Identity, column: object) -> ColumnElement[bool]:
    """The condition that keeps rows inside their trust; it knows no national role."""
    return column.in_(sorted(identity.own))  # type: ignore[attr-defined,no-any-return]


def _conditions(
    identity: Identity, organisation_id: UUID, narrowed: Narrowed, at: datetime | None = None
) -> list[ColumnElement[bool]]:
    conditions = [
        Incident.organisation_id == organisation_id,
        Incident.removed_reason.is_(None),
        as_at(Incident, at),
        _own(identity, Incident.organisation_id),
    ]
    if narrowed.state in {OPEN, CLOSED}:
        is_open = Incident.closed_on.is_(None)
        conditions.append(is_open if narrowed.state == OPEN else ~is_open)
    if narrowed.department:
        conditions.append(Incident.department == narrowed.department)
    if narrowed.theme:
        conditions.append(Incident.theme == Theme(narrowed.theme))
    if narrowed.year is not None:
        conditions.append(Incident.month.between(date(narrowed.year, 1, 1), date(narrowed.year, 12, 1)))
    return conditions
