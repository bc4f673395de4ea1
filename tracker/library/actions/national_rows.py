"""The one way in which a national resource changes: the row that stood is closed, and the next one added."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tracker.audit.actions import Chain
from tracker.extensions import db
from tracker.library.models import NationalResource

# Of every version its own.
_OWN = frozenset({"id", "author_id", "version", "recorded_at", "superseded_at"})


def revise_national(
    chain: Chain, before: NationalResource, author_id: UUID | None, **changes: Any
) -> NationalResource:
    """Close a state and add the next with the changes; whoever calls has checked them, and tells the trail."""
    kept = {
        each.key: getattr(before, each.key)
        for each in NationalResource.__mapper__.column_attrs
        if each.key not in _OWN
    }
    before.superseded_at = chain.recorded_at
    db.session.flush()
    after = NationalResource(
        **{**kept, **changes}, author_id=author_id, version=before.version + 1, recorded_at=chain.recorded_at
    )
    db.session.add(after)
    db.session.flush()
    return after
