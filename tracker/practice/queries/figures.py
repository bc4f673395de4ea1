"""What the figures of other floors ask of good practice: how much is proven and shared, how long help takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.access.identity import Identity
from tracker.database import as_at
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.rules import EvaluationResult
from tracker.organisations.models import Organisation
from tracker.practice.models import HelpAnswer, HelpRequest, Practice
from tracker.practice.rules import State, Waited, Waiting, counts_of_one, waiting_of


@dataclass(frozen=True, slots=True)
class Counts:
    """An organisation's practices. `both`: of the proven ones, those whose published text is proven and shared locally.

    `in_use`: all that were not taken out of use, drafts too. `recorded_at`: the latest word about any of them.
    """

    in_use: int = 0
    proven: int = 0
    both: int = 0
    recorded_at: datetime | None = None


def counts_of(
    identity: Identity,
    organisation_ids: Collection[UUID],
    moment: datetime | None = None,
    *,
    day: date | None = None,
) -> dict[UUID, Counts]:
    """For every organisation asked for, as at a moment: two queries. A published one that is being edited is still
    shared nationally, as published. With a `day`: only what was evaluated, shared and published by then."""
    query = select(Practice).where(
        Practice.organisation_id.in_(organisation_ids),
        as_at(Practice, moment),
        in_scope(identity, Practice.organisation_id),
    )
    rows: dict[UUID, list[Practice]] = {}
    for row in db.session.scalars(query):
        rows.setdefault(row.organisation_id, []).append(row)
    known = _upto(moment, day)
    published = _published(identity, organisation_ids, known)
    used = {each: [row for row in found if not _is_withdrawn(row, known)] for each, found in rows.items()}
    return {each: _counts(used.get(each, ()), published, day or date.max) for each in organisation_ids}


def list_proven(moment: datetime | None = None, *, demonstration: bool | None = None) -> Sequence[Practice]:
    """Practices that are published and proven, as published, in the whole country: one query, oldest first.

    `demonstration`: only of fictional organisations, only of real ones; None leaves it open.
    """
    query = select(Practice).where(visible_at(moment), proven())
    if demonstration is not None:
        query = query.join(Organisation, Organisation.id == Practice.organisation_id)
        query = query.where(Organisation.demonstration.is_(demonstration))
    return db.session.scalars(query.order_by(Practice.published_at, Practice.entity_id)).all()


def help_waiting(moment: datetime | None, today: date, *, demonstration: bool | None = None) -> Waiting:
    """How long the national body lets people wait, as at a moment: one query, numbers only."""
    answered = and_(
        HelpAnswer.asker_id == HelpRequest.organisation_id,
        HelpAnswer.request_id == HelpRequest.entity_id,
        as_at(HelpAnswer, moment),
    )
    query = (
        select(HelpRequest.asked_on, HelpAnswer.answered_on)
        .outerjoin(HelpAnswer, answered)
        .where(as_at(HelpRequest, moment), HelpRequest.taken_back_reason == "")
    )
    if demonstration is not None:
        query = query.join(Organisation, Organisation.id == HelpRequest.organisation_id)
        query = query.where(Organisation.demonstration.is_(demonstration))
    return waiting_of((Waited(row[0], row[1]) for row in db.session.execute(query)), today)


def visible_at(moment: datetime | None = None) -> ColumnElement[bool]:
    """The version of each practice that everybody may see: the last published one, until it is taken out of use or the
    national lead stops showing it.

    An edit that waits for review, or that was sent back, is a later version and hides nothing.
    """
    later = aliased(Practice)
    ends = (
        select(later.id)
        .where(
            later.organisation_id == Practice.organisation_id,
            later.entity_id == Practice.entity_id,
            later.version > Practice.version,
            or_(later.state.in_([State.PUBLISHED, State.WITHDRAWN]), _is_stopped(later)),
        )
        .correlate(Practice)
    )
    seen = [Practice.state == State.PUBLISHED]
    if moment is not None:
        ends = ends.where(later.recorded_at <= moment)
        seen.append(Practice.recorded_at <= moment)
    return and_(*seen, not_(ends.exists()))


def _is_stopped(version: type[Practice]) -> ColumnElement[bool]:
    """`rules.is_stopped` as a condition."""
    return and_(version.state == State.RETURNED, version.sent_by.is_(None))


def proven() -> ColumnElement[bool]:
    """`rules.is_proven` as a condition."""
    return and_(
        Practice.result == EvaluationResult.SHOWS_EFFECT,
        Practice.evaluated_on.is_not(None),
        Practice.method != "",
    )


def _published(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None
) -> dict[UUID, Practice]:
    query = select(Practice).where(
        Practice.organisation_id.in_(organisation_ids),
        visible_at(moment),
        in_scope(identity, Practice.organisation_id),
    )
    return {row.entity_id: row for row in db.session.scalars(query)}


def _upto(moment: datetime | None, day: date | None) -> datetime | None:
    """Publishing has no day but that on which it was recorded."""
    if day is None or day >= clock.today():
        return moment
    end = clock.end_of_day(day)
    return end if moment is None else min(end, moment)


def _is_withdrawn(row: Practice, known: datetime | None) -> bool:
    return row.state is State.WITHDRAWN and (known is None or row.recorded_at <= known)


def _counts(rows: Sequence[Practice], published: Mapping[UUID, Practice], day: date) -> Counts:
    found = [counts_of_one(row, published.get(row.entity_id), day) for row in rows]
    return Counts(
        in_use=len(rows),
        proven=sum(proven for proven, _both in found),
        both=sum(both for _proven, both in found),
        recorded_at=max((row.recorded_at for row in rows), default=None),
    )
