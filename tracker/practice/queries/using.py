"""A practice as it was read by those who made an action of it: it may have been taken out of use since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import aliased

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.practice.models import Practice, PracticeUse
from tracker.practice.queries.figures import visible_at
from tracker.practice.queries.published import Body, bodies_by_id, in_either_world
from tracker.practice.rules import State


@dataclass(frozen=True, slots=True)
class Read:
    """A version that everybody could read once. `is_in_use`: others can still look at the practice. `is_stopped`: the
    national lead stopped showing this version."""

    practice: Practice
    owner: Body
    is_in_use: bool
    is_stopped: bool


def get_read(identity: Identity, practice_id: UUID, version: int = 0) -> Read:
    """A version that was published; 0: the last that was. Raises NotFound for what nobody else ever saw."""
    if not allows(identity, Permission.PRACTICE_VIEW):
        raise NotFound(str(practice_id))
    query = (
        select(Practice, _stopped_since())
        .join(Organisation, Organisation.id == Practice.organisation_id)
        .where(Practice.entity_id == practice_id, Practice.state == State.PUBLISHED)
        .where(in_either_world(identity))
    )
    if version:
        query = query.where(Practice.version == version)
    found = db.session.execute(query.order_by(Practice.version.desc()).limit(1)).one_or_none()
    if found is None:
        raise NotFound(f"{practice_id} v{version}")
    row, stopped = found
    seen = select(Practice.id).where(Practice.entity_id == practice_id, visible_at())
    owner = bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    return Read(row, owner, db.session.scalar(seen) is not None, stopped)


def list_read(
    identity: Identity, organisation_id: UUID, action_ids: Collection[UUID]
) -> dict[UUID, Practice]:
    """The versions that an organisation's actions were made of, by action: readable to those who used them also when
    the practice is taken out of use; not when the national lead stopped showing them."""
    if not action_ids:
        return {}
    used = and_(
        Practice.organisation_id == PracticeUse.source_organisation_id,
        Practice.entity_id == PracticeUse.practice_id,
        Practice.version == PracticeUse.practice_version,
    )
    query = (
        select(PracticeUse.action_id, Practice)
        .join(Practice, used)
        .where(
            PracticeUse.organisation_id == organisation_id,
            PracticeUse.action_id.in_(action_ids),
            in_scope(identity, PracticeUse.organisation_id),
            not_(_stopped_since()),
        )
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _stopped_since() -> ColumnElement[bool]:
    """`rules.is_stopped` of a later version, as a condition: what was stopped once is not shown again as it was."""
    later = aliased(Practice)
    query = select(later.id).where(
        later.organisation_id == Practice.organisation_id,
        later.entity_id == Practice.entity_id,
        later.version > Practice.version,
        later.state == State.RETURNED,
        later.sent_by.is_(None),
    )
    return query.correlate(Practice).exists()
