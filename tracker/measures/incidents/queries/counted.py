"""The figure: counted from dates alone, whole for the trust itself and bounded for everybody else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.database import as_at, once
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.measures.base import At, Figure, Need, Row, quarter_ends
from tracker.measures.incidents.models import Incident, Nil
from tracker.measures.incidents.queries.register import list_nils, sees_rows
from tracker.measures.incidents.rules import (
    CODE,
    NAME,
    Counted,
    add_months,
    cohort,
    figure_of,
    needs_of,
    outside,
    quarters_of,
)
from tracker.measures.incidents.rules import Nil as Confirmed
from tracker.measures.incidents.rules.figure import nothing_recorded
from tracker.measures.incidents.rules.steps import NIL_MONTHS

# With more organisations than this all that are in scope are read: databases limit what one statement may name.
NAMED = 500
STAGES = (
    ("shared", "learning shared with the people involved and their department"),
    ("material", "learning material used"),
    ("closed", "closed"),
)


@dataclass(slots=True)
class RowCount:
    """What is counted in one organisation: no reference, no text, no department."""

    incidents: list[Counted] = field(default_factory=list)
    nils: list[Confirmed] = field(default_factory=list)


def figures(
    identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
) -> Mapping[UUID, Figure]:
    """The figure of each organisation: three queries. Outside a trust, only what may leave it."""
    if code != CODE:
        return {}
    marks = catalogue.get_marks(at.moment)
    counted = _counted(organisation_ids, at, marks, identity)
    return {
        each: _seen(identity, each, figure_of(at.day, counted[each].incidents, counted[each].nils, marks))
        for each in organisation_ids
    }


def position(identity: Identity, organisation_id: UUID, at: At) -> Figure:
    """The figure of one organisation."""
    return figures(identity, CODE, [organisation_id], at)[organisation_id]


def cohort_on(identity: Identity, day: date) -> tuple[date, date]:
    """The first and the last month of the incidents that count on a day: the same for everybody."""
    marks = catalogue.get_marks()
    return cohort(day, marks["incident_cohort_from_months"], marks["incident_cohort_to_months"])


def series(identity: Identity, organisation_id: UUID, until: date) -> list[Figure]:
    """The figure at the ends of quarters, as it stood then: by today's marks, one yardstick for the whole line."""
    marks = catalogue.get_marks()
    incidents, nils = _every_version(identity, organisation_id)
    points = []
    for day in quarter_ends(until):
        moment = clock.end_of_day(day)
        figure = figure_of(
            day,
            [each for recorded, ended, each in incidents if _stood(recorded, ended, moment)],
            [each for recorded, ended, each in nils if _stood(recorded, ended, moment)],
            marks,
        )
        points.append(_seen(identity, organisation_id, figure))
    return points


def list_needs(identity: Identity, organisation_id: UUID, today: date) -> list[Need]:
    """What needs somebody; people outside the trust learn only that nothing is recorded."""
    figure = position(identity, organisation_id, At(today))
    if not sees_rows(identity, organisation_id):
        return [] if figure.exists else [nothing_recorded(figure)]
    query = select(Incident.entity_id, Incident.reference, *_COUNTED).where(
        Incident.organisation_id == organisation_id,
        Incident.removed_reason.is_(None),
        as_at(Incident, None),
        in_scope(identity, Incident.organisation_id),
    )
    rows = [(row[0], row[1], _count(row[2:])) for row in db.session.execute(query)]
    nils = [(each.entity_id, _confirmed(each)) for each in list_nils(identity, organisation_id)]
    return needs_of(today, rows, nils, figure)


def pack_rows(organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
    """For an evidence pack, which leaves the trust: counts by quarter and stage beside the figure. Never a row.

    Small counts are left out, of the trust's own pack too: nobody knows where it will be read.
    """
    marks = catalogue.get_marks(at.moment)
    counted = _counted(organisation_ids, at, marks)
    for each in organisation_ids:
        yield from _rows_of(each, counted[each], at, marks)


def _rows_of(organisation_id: UUID, held: RowCount, at: At, marks: Mapping[str, int]) -> Iterator[Row]:
    figure = outside(figure_of(at.day, held.incidents, held.nils, marks))
    if not figure.has_fraction:
        return
    for start, chosen in quarters_of(at.day, held.incidents, marks):
        yield from _quarter_rows(organisation_id, start, chosen, at.day)


def _quarter_rows(
    organisation_id: UUID, start: date, chosen: Sequence[Counted] | None, day: date
) -> Iterator[Row]:
    quarter = f"{start.year} Q{(start.month + 2) // 3}"
    if chosen is None:
        yield Row(
            organisation_id, CODE, NAME, "quarter", group=quarter, about_on=start, unit="incidents",
            value="fewer than 5, or next to fewer than 5: not shown",
        )  # fmt: skip
        return
    done = {
        "shared": sum(1 for each in chosen if each.shared_on(day)),
        "material": sum(1 for each in chosen if each.used),
        "closed": sum(1 for each in chosen if not each.is_open(day)),
    }
    for stage, words in STAGES:
        yield Row(
            organisation_id, CODE, NAME, "quarter", group=f"{quarter}: {words}", about_on=start,
            numerator=done[stage], denominator=len(chosen), unit="incidents",
        )  # fmt: skip


def _seen(identity: Identity, organisation_id: UUID, figure: Figure) -> Figure:
    return figure if sees_rows(identity, organisation_id) else outside(figure)


# All that is ever read of an incident for a figure.
_COUNTED: tuple[InstrumentedAttribute[Any], ...] = (
    Incident.month,
    Incident.people_on,
    Incident.department_on,
    Incident.resource,
    Incident.closed_on,
    Incident.recorded_at,
    Incident.author_id,
)


@once
def _counted(
    organisation_ids: Collection[UUID], at: At, marks: Mapping[str, int], identity: Identity | None = None
) -> dict[UUID, RowCount]:
    """What is counted of some organisations: two queries. Without an identity, within a pack's own cut."""
    first, _last = cohort(at.day, marks["incident_cohort_from_months"], marks["incident_cohort_to_months"])
    counts = {each: RowCount() for each in organisation_ids}
    incidents = select(Incident.organisation_id, *_COUNTED).where(
        Incident.removed_reason.is_(None),
        as_at(Incident, at.moment),
        # Open ones count however old they are, and older ones may speak against a confirmation.
        or_(
            Incident.month >= add_months(first, -NIL_MONTHS),
            Incident.closed_on.is_(None),
            Incident.closed_on > at.day,
        ),
        *_within(Incident.organisation_id, organisation_ids, identity),
    )
    for row in db.session.execute(incidents.order_by(Incident.month, Incident.entity_id)):
        if row[0] in counts:
            counts[row[0]].incidents.append(_count(row[1:]))
    nils = select(Nil).where(
        Nil.removed_reason.is_(None),
        as_at(Nil, at.moment),
        Nil.last >= first,
        *_within(Nil.organisation_id, organisation_ids, identity),
    )
    for nil in db.session.scalars(nils.order_by(Nil.first, Nil.entity_id)):
        if nil.organisation_id in counts:
            counts[nil.organisation_id].nils.append(_confirmed(nil))
    return counts


def _within(
    column: InstrumentedAttribute[UUID], organisation_ids: Collection[UUID], identity: Identity | None
) -> list[ColumnElement[bool]]:
    conditions = [] if identity is None else [in_scope(identity, column)]
    if len(organisation_ids) <= NAMED:
        conditions.append(column.in_(sorted(organisation_ids)))
    return conditions


def _every_version(
    identity: Identity, organisation_id: UUID
) -> tuple[
    list[tuple[datetime, datetime | None, Counted]], list[tuple[datetime, datetime | None, Confirmed]]
]:
    incidents = select(Incident.superseded_at, *_COUNTED).where(
        Incident.organisation_id == organisation_id,
        Incident.removed_reason.is_(None),
        in_scope(identity, Incident.organisation_id),
    )
    nils = select(Nil).where(
        Nil.organisation_id == organisation_id,
        Nil.removed_reason.is_(None),
        in_scope(identity, Nil.organisation_id),
    )
    return (
        [(row.recorded_at, row[0], _count(row[1:])) for row in db.session.execute(incidents)],
        [(each.recorded_at, each.superseded_at, _confirmed(each)) for each in db.session.scalars(nils)],
    )


def _stood(recorded_at: datetime, superseded_at: datetime | None, moment: datetime) -> bool:
    return recorded_at <= moment and (superseded_at is None or superseded_at > moment)


def _count(row: Sequence[Any]) -> Counted:
    """The columns of `_COUNTED`, in its order."""
    return Counted(*row)


def _confirmed(nil: Nil) -> Confirmed:
    return Confirmed(nil.first, nil.last, nil.confirmed_by, nil.confirmed_on, nil.recorded_at, nil.author_id)
