"""What an organisation's own people saved last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.accounts.models import Membership, User
from tracker.accounts.rules import MEMBERS
from tracker.audit.models import AuditEvent
from tracker.audit.queries import in_scope
from tracker.audit.rules import READINGS
from tracker.extensions import db


@dataclass(frozen=True, slots=True)
class Saved:
    """Who saved something, and when."""

    author: str
    at: datetime


def find_last_saved(identity: Identity, organisation_id: UUID) -> Saved | None:
    """The newest event of its chain with which one of its own people, of today or of then, changed something.

    What others wrote there (a finding, a share of its network) is not of its own saving.
    """
    own = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.role.in_(sorted(MEMBERS))
    )
    query = (
        select(User.name, AuditEvent.at)
        .join(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.chain_id == organisation_id,
            AuditEvent.type.not_in(sorted(READINGS)),
            AuditEvent.actor_id.in_(own),
            in_scope(identity, Permission.ORGANISATION_VIEW),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    return None if found is None else Saved(found.name, found.at)
