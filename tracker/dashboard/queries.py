"""What the dashboard reads beside the records themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.database import current
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, in_scope, live_on
from tracker.extensions import db


def soonest_expiry(identity: Identity, organisation_id: UUID, today: date) -> dict[str, date]:
    """The first day on which live evidence of each recommendation runs out, where it does."""
    query = (
        select(EvidenceLink.subject_code, func.min(EvidenceItem.valid_until))
        .join(
            EvidenceItem,
            and_(
                EvidenceItem.organisation_id == EvidenceLink.organisation_id,
                EvidenceItem.entity_id == EvidenceLink.item_id,
            ),
        )
        .where(
            EvidenceLink.organisation_id == organisation_id,
            EvidenceLink.subject_kind == RECOMMENDATION,
            current(EvidenceLink),
            current(EvidenceItem),
            live_on(today),
            EvidenceItem.valid_until.is_not(None),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .group_by(EvidenceLink.subject_code)
    )
    return {code: day for code, day in db.session.execute(query) if day is not None}


def names_of(user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of people by id, for whoever may see the page that they stand on."""
    if not user_ids:
        return {}
    return {
        row[0]: row[1]
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    }
