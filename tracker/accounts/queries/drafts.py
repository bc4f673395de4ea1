"""Reading what was half typed, and which form was saved already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tracker.access.identity import Identity
from tracker.accounts.models import Draft, PostedForm
from tracker.extensions import db


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A page on which something was typed and not saved."""

    path: str
    saved_at: datetime


def find_draft(identity: Identity, path: str) -> dict[str, list[str]] | None:
    """What this person had typed on a page and not saved: field name → values. Nobody else's, ever."""
    kept = db.session.get(Draft, (identity.user_id, path))
    return None if kept is None else {name: list(values) for name, values in kept.body.items()}


def list_drafts(identity: Identity) -> Sequence[DraftNote]:
    """Where this person left off, the newest first."""
    query = (
        select(Draft.path, Draft.saved_at)
        .where(Draft.user_id == identity.user_id)
        .order_by(Draft.saved_at.desc(), Draft.path)
    )
    return [DraftNote(path, saved_at) for path, saved_at in db.session.execute(query)]


def find_posted(user_id: UUID, key: str) -> str | None:
    """Where the form with this key led when it was saved."""
    return db.session.scalar(
        select(PostedForm.location).where(PostedForm.user_id == user_id, PostedForm.key == key)
    )
