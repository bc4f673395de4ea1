"""An organisation's practices as those see them who may see its record, and the queue of the reviewers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.evidence import queries as evidence
from tracker.evidence.models import EvidenceFile as EvidenceFile
from tracker.evidence.models import EvidenceItem
from tracker.evidence.queries import LinkedItem, in_scope
from tracker.evidence.rules import EvidenceUse
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.practice.models import Practice
from tracker.practice.queries.figures import visible_at
from tracker.practice.rules import State

# With these somebody speaks of the whole text, and not of a reason alone.
_OF_THE_TEXT = ("practice.added", "practice.changed", "practice.sent", "practice.published")


def list_practices(identity: Identity, organisation_id: UUID) -> Sequence[Practice]:
    """Every practice of an organisation as it stands, by title; those taken out of use too."""
    query = select(Practice).where(
        Practice.organisation_id == organisation_id,
        current(Practice),
        in_scope(identity, Practice.organisation_id),
    )
    return db.session.scalars(query.order_by(Practice.title, Practice.entity_id)).all()


def list_published_of(identity: Identity, organisation_id: UUID) -> dict[UUID, Practice]:
    """What others see of an organisation's practices now, by practice: it may be older than what stands."""
    query = select(Practice).where(
        Practice.organisation_id == organisation_id,
        visible_at(),
        in_scope(identity, Practice.organisation_id),
    )
    return {row.entity_id: row for row in db.session.scalars(query)}


def get_practice(identity: Identity, organisation_id: UUID, practice_id: UUID) -> Practice:
    """One practice as it stands. Raises NotFound."""
    query = select(Practice).where(
        Practice.organisation_id == organisation_id,
        Practice.entity_id == practice_id,
        current(Practice),
        in_scope(identity, Practice.organisation_id),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(practice_id))
    return found


def was_looked_at(identity: Identity, row: Practice) -> bool:
    """Whether the trail says of this version that somebody read it again and nobody can be identified."""
    query = select(AuditEvent.header).where(
        AuditEvent.chain_id == row.organisation_id,
        AuditEvent.subject_kind == "practice",
        AuditEvent.subject_code == str(row.entity_id),
        AuditEvent.type.in_(_OF_THE_TEXT),
        in_scope(identity, AuditEvent.chain_id),
    )
    told = (json.loads(header)["public"] for header in db.session.scalars(query))
    return any(facts["version"] == row.version and facts.get("text_checked") for facts in told)


def list_versions(identity: Identity, organisation_id: UUID, practice_id: UUID) -> Sequence[Practice]:
    """Every version of a practice, youngest first."""
    query = select(Practice).where(
        Practice.organisation_id == organisation_id,
        Practice.entity_id == practice_id,
        in_scope(identity, Practice.organisation_id),
    )
    return db.session.scalars(query.order_by(Practice.version.desc())).all()


def list_sent(identity: Identity, *, demonstration: bool) -> Sequence[Practice]:
    """What waits for review in the whole country, longest first; nothing for who may not review.

    Of real organisations, or of invented ones.
    """
    if not allows(identity, Permission.PRACTICE_REVIEW):
        return []
    query = _waiting(select(Practice), demonstration)
    return db.session.scalars(query.order_by(Practice.recorded_at, Practice.entity_id)).all()


def count_sent(identity: Identity, *, demonstration: bool) -> int:
    """How many wait for review in the whole country; none for who may not review."""
    if not allows(identity, Permission.PRACTICE_REVIEW):
        return 0
    query = _waiting(select(func.count()).select_from(Practice), demonstration)
    return db.session.scalar(query) or 0


def _waiting(query: Select[Any], demonstration: bool) -> Select[Any]:
    return query.join(Organisation, Organisation.id == Practice.organisation_id).where(
        Practice.state == State.SENT, current(Practice), Organisation.demonstration.is_(demonstration)
    )


def list_returned(identity: Identity, organisation_id: UUID) -> Sequence[Practice]:
    """What the national lead sent back and nobody has sent again, longest first."""
    query = select(Practice).where(
        Practice.organisation_id == organisation_id,
        Practice.state == State.RETURNED,
        current(Practice),
        in_scope(identity, Practice.organisation_id),
    )
    return db.session.scalars(query.order_by(Practice.recorded_at, Practice.entity_id)).all()


def get_sent(identity: Identity, practice_id: UUID) -> Practice:
    """One that was sent for review, now or before, as it stands: it may be decided or changed since.

    Raises NotFound, and for who may not review always.
    """
    was = aliased(Practice)
    sent = select(was.id).where(
        was.organisation_id == Practice.organisation_id,
        was.entity_id == Practice.entity_id,
        was.state == State.SENT,
    )
    query = select(Practice).where(
        Practice.entity_id == practice_id, current(Practice), sent.correlate(Practice).exists()
    )
    found = db.session.scalars(query).one_or_none()
    if found is None or not allows(identity, Permission.PRACTICE_REVIEW):
        raise NotFound(str(practice_id))
    return found


def list_shareable(identity: Identity, organisation_id: UUID) -> Sequence[EvidenceItem]:
    """Evidence in use that an organisation may show with a practice, newest first."""
    query = select(EvidenceItem).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.withdrawn_reason.is_(None),
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    )
    return db.session.scalars(query.order_by(EvidenceItem.dated_on.desc(), EvidenceItem.entity_id)).all()


def shared_items(practice: Practice) -> Sequence[LinkedItem]:
    """What a practice shows of the evidence, as it was when the practice was sent for review: three queries.

    Nothing goes out that the reviewer could not see, whatever is said or added later. What was taken out of use since,
    or replaced, is gone at once. One that is not sent shows what stands now.
    """
    sent, now = _sent_at(practice), aliased(EvidenceItem)
    in_use = select(now.entity_id).where(
        now.organisation_id == practice.organisation_id,
        now.entity_id.in_([UUID(each) for each in practice.evidence_ids]),
        now.withdrawn_reason.is_(None),
        now.superseded_at.is_(None),
    )
    query = select(EvidenceItem).where(
        EvidenceItem.organisation_id == practice.organisation_id,
        EvidenceItem.entity_id.in_(in_use),
        as_at(EvidenceItem, sent),
    )
    items = db.session.scalars(query.order_by(EvidenceItem.dated_on.desc(), EvidenceItem.entity_id)).all()
    found = evidence.with_files(practice.organisation_id, items)
    if sent is None:
        return found
    return [replace(each, files=tuple(f for f in each.files if f.recorded_at <= sent)) for each in found]


def _sent_at(practice: Practice) -> datetime | None:
    """When the text of a version was sent for review, if it waits for that or came of it."""
    if practice.state is State.SENT:
        return practice.recorded_at
    if practice.state is not State.PUBLISHED:
        return None
    query = select(Practice.recorded_at).where(
        Practice.organisation_id == practice.organisation_id,
        Practice.entity_id == practice.entity_id,
        Practice.version < practice.version,
        Practice.state == State.SENT,
    )
    return db.session.scalars(query.order_by(Practice.version.desc()).limit(1)).one()


def names_of(identity: Identity, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of those who wrote what this identity may read."""
    query = select(User.id, User.name).where(User.id.in_({*user_ids, identity.user_id}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_uses_of(identity: Identity, organisation_id: UUID, item_id: UUID) -> list[EvidenceUse]:
    """The practices that show an item to others, but for those taken out of use."""
    return [
        EvidenceUse(f"Good practice: {each.title}", "practice.own", {"practice": str(each.entity_id)})
        for each in list_practices(identity, organisation_id)
        if str(item_id) in each.evidence_ids and each.state is not State.WITHDRAWN
    ]
