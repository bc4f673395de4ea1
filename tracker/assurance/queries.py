"""Reading findings, always from what an identity may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tracker.access.identity import Identity
from tracker.assurance.models import Finding
from tracker.database import as_at
from tracker.evidence.queries import in_scope
from tracker.extensions import db


def list_findings(
    identity: Identity, organisation_id: UUID, code: str | None = None, at: datetime | None = None
) -> Sequence[Finding]:
    """Findings about an organisation's records, newest first."""
    query = select(Finding).where(
        Finding.organisation_id == organisation_id,
        as_at(Finding, at),  # type: ignore[arg-type]  # it has the same two columns
        in_scope(identity, Finding.organisation_id),
    )
    if code is not None:
        query = query.where(Finding.recommendation_code == code)
    return db.session.scalars(query.order_by(Finding.recorded_at.desc(), Finding.id.desc())).all()
