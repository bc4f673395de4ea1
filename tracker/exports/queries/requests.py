"""Saved requests for evidence packs, as far as the one who asks may still take what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from tracker.access.identity import Identity
from tracker.errors import NotFound
from tracker.exports.models import ExportRequest
from tracker.exports.queries.cut import cut_of, is_in_scope
from tracker.extensions import db


def get_request(identity: Identity, request_id: UUID) -> ExportRequest:
    """A request whose every organisation is in scope today. Raises NotFound: others' are as if absent."""
    found = db.session.get(ExportRequest, request_id)
    if found is None or not is_covered(identity, found):
        raise NotFound(str(request_id))
    return found


def is_covered(identity: Identity, request: ExportRequest) -> bool:
    """Whether this person may still take a pack of every organisation in it."""
    return all(is_in_scope(identity, each.id) for each in cut_of(request).organisations)


def find_request(request_id: UUID) -> ExportRequest | None:
    return db.session.get(ExportRequest, request_id)


def list_requests(identity: Identity, *, limit: int, offset: int) -> Sequence[ExportRequest]:
    """What this person asked for, newest first."""
    query = (
        select(ExportRequest)
        .where(ExportRequest.requested_by == identity.user_id)
        .order_by(ExportRequest.requested_at.desc(), ExportRequest.id)
    )
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_requests(identity: Identity) -> int:
    """How many packs this person asked for."""
    query = select(func.count()).where(ExportRequest.requested_by == identity.user_id)
    return db.session.scalar(query) or 0


def release() -> None:
    """End the reading transaction: none stays open while bytes go to somebody."""
    db.session.rollback()
