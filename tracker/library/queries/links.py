"""What the link checker found last: about published addresses, so nobody is asked who she is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import and_, func, select

from tracker.extensions import db
from tracker.library.models import LinkCheck as LinkCheck


def last_link_checks() -> Mapping[UUID, LinkCheck]:
    """The youngest check of every resource, by its lasting id; one query."""
    last = (
        select(LinkCheck.resource_id, func.max(LinkCheck.checked_at).label("at"))
        .group_by(LinkCheck.resource_id)
        .subquery()
    )
    query = select(LinkCheck).join(
        last, and_(LinkCheck.resource_id == last.c.resource_id, LinkCheck.checked_at == last.c.at)
    )
    return {row.resource_id: row for row in db.session.scalars(query.order_by(LinkCheck.id))}
