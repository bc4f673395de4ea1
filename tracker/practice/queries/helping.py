"""Help asked of the national body: an asker sees its own questions, members of the national body see them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.database import current
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.organisations.queries import open_on
from tracker.practice.models import HelpAnswer, HelpRequest, Practice

# What the trail says was read: one version of an answer. One that is mended is news again.
ANSWER = "help_answer"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, or none, and the title of the practice that it is about."""

    request: HelpRequest
    answer: HelpAnswer | None
    practice: str


def list_asked(identity: Identity, organisation_id: UUID) -> Sequence[Asked]:
    """An organisation's own questions, the open ones first, then the newest; what was taken back too."""
    conditions = (
        HelpRequest.organisation_id == organisation_id,
        in_scope(identity, HelpRequest.organisation_id),
    )
    found = _asked(*conditions)
    return sorted(found, key=lambda each: (_is_open(each), each.request.asked_on), reverse=True)


def get_asked(identity: Identity, organisation_id: UUID, request_id: UUID) -> Asked:
    """One of an organisation's own questions. Raises NotFound."""
    return _one(
        request_id,
        HelpRequest.organisation_id == organisation_id,
        in_scope(identity, HelpRequest.organisation_id),
    )


def list_unread(identity: Identity, organisation_id: UUID, day: date) -> Sequence[Asked]:
    """An organisation's own questions that were answered on a day or later, and whose answer, as it stands, nobody of
    the organisation has read; the newest answer first."""
    found = [each for each in list_asked(identity, organisation_id) if each.answer is not None]
    fresh = [each for each in found if each.answer and each.answer.answered_on >= day]
    unread = without_read(identity, organisation_id, fresh)
    return sorted(unread, key=lambda each: each.answer.answered_on if each.answer else day, reverse=True)


def without_read(identity: Identity, organisation_id: UUID, rows: Sequence[Asked]) -> list[Asked]:
    """Those of an organisation's own questions whose answer, as it stands, nobody of the organisation has read."""
    versions = {str(each.answer.id) for each in rows if each.answer is not None}
    if not versions:
        return []
    query = select(AuditEvent.subject_code).where(
        AuditEvent.chain_id == organisation_id,
        AuditEvent.type == "page.read",
        AuditEvent.subject_kind == ANSWER,
        AuditEvent.subject_code.in_(sorted(versions)),
        in_scope(identity, AuditEvent.chain_id),
    )
    unread = versions - set(db.session.scalars(query))
    return [each for each in rows if each.answer and str(each.answer.id) in unread]


def list_received(identity: Identity, body_id: UUID) -> Sequence[Asked]:
    """What was asked of a national body and not taken back: what waits first, the longest; then the newest answer.

    Its own members see all of it; anybody else only what she may see of the askers.
    """
    found = _asked(*_received(identity, body_id), HelpRequest.taken_back_reason == "")
    found.sort(key=lambda each: (each.request.asked_on, each.request.recorded_at, each.request.id))
    waiting = [each for each in found if each.answer is None]
    answered = [(each.answer.answered_on, each.answer.recorded_at, each) for each in found if each.answer]
    answered.sort(key=lambda each: each[:2], reverse=True)
    return [*waiting, *(each for _on, _at, each in answered)]


def get_received(identity: Identity, body_id: UUID, request_id: UUID) -> Asked:
    """One question as the national body's own members see it. Raises NotFound for everybody else.

    One that was taken back too: somebody may be typing its answer.
    """
    if not _answers_for(identity, body_id):
        raise NotFound(str(request_id))
    return _one(request_id, *_received(identity, body_id))


def list_answering(identity: Identity, organisation_id: UUID) -> Sequence[UUID]:
    """The national bodies that an organisation's questions go to: open ones, of the same kind of data."""
    asker, body, today = aliased(Organisation), Organisation, clock.today()
    query = (
        select(body.id)
        .join(asker, asker.demonstration == body.demonstration)
        .where(asker.id == organisation_id, in_scope(identity, asker.id))
        .where(body.kind == OrganisationKind.NATIONAL_BODY, open_on(today))
    )
    return db.session.scalars(query.order_by(body.id)).all()


def is_national_body(identity: Identity, organisation_id: UUID) -> bool:
    """Whether questions are asked of this organisation rather than by it."""
    query = select(Organisation.id).where(
        Organisation.id == organisation_id,
        Organisation.kind == OrganisationKind.NATIONAL_BODY,
        in_scope(identity, Organisation.id),
    )
    return db.session.scalar(query) is not None


def is_demonstration(identity: Identity, organisation_id: UUID) -> bool:
    """Whether it is fictional: such are never counted with real ones."""
    query = select(Organisation.demonstration).where(
        Organisation.id == organisation_id, in_scope(identity, Organisation.id)
    )
    return bool(db.session.scalar(query))


def _received(identity: Identity, body_id: UUID) -> list[ColumnElement[bool]]:
    """Askers of the same kind of data (fictional or real) as the national body."""
    asker, body = aliased(Organisation), aliased(Organisation)
    askers = (
        select(asker.id)
        .join(body, and_(body.demonstration == asker.demonstration, body.id == body_id))
        .where(body.kind == OrganisationKind.NATIONAL_BODY)
    )
    conditions: list[ColumnElement[bool]] = [HelpRequest.organisation_id.in_(askers)]
    if not _answers_for(identity, body_id):
        conditions.append(in_scope(identity, HelpRequest.organisation_id))
    return conditions


def _answers_for(identity: Identity, body_id: UUID) -> bool:
    """Among the organisations in which this person herself records, is it a national body?"""
    own = scope_of(identity, Permission.MEASURES_RECORD).organisation_ids
    query = select(Organisation.id).where(
        Organisation.id.in_(sorted(own)), Organisation.kind == OrganisationKind.NATIONAL_BODY
    )
    return body_id in set(db.session.scalars(query))


def _asked(*conditions: ColumnElement[bool]) -> list[Asked]:
    answered = and_(
        HelpAnswer.asker_id == HelpRequest.organisation_id,
        HelpAnswer.request_id == HelpRequest.entity_id,
        current(HelpAnswer),
    )
    about = and_(
        Practice.organisation_id == HelpRequest.organisation_id,
        Practice.entity_id == HelpRequest.practice_id,
        current(Practice),
    )
    query = (
        select(HelpRequest, HelpAnswer, Practice.title)
        .outerjoin(HelpAnswer, answered)
        .outerjoin(Practice, about)
        .where(current(HelpRequest), *conditions)
    )
    return [Asked(row[0], row[1], row[2] or "") for row in db.session.execute(query)]


def _one(request_id: UUID, *conditions: ColumnElement[bool]) -> Asked:
    found = _asked(HelpRequest.entity_id == request_id, *conditions)
    if len(found) != 1:
        raise NotFound(str(request_id))
    return found[0]


def _is_open(each: Asked) -> bool:
    return each.answer is None and not each.request.taken_back_reason
