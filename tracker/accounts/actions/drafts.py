"""Writes about forms: what was half typed, and which form was saved already.

They tell the audit trail nothing: a draft is not yet said, and a key says nothing that the form's own event does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.access.identity import Identity
from tracker.accounts import queries, rules
from tracker.accounts.models import Draft, PostedForm
from tracker.extensions import db


def save_draft(identity: Identity, path: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep what this person typed on a page; False when there is nothing to keep or the path is not ours."""
    kept_path, body = rules.draft_path(path), rules.kept_fields(fields)
    if kept_path is None or not body:
        return False
    user_id, now = identity.user_id, clock.now()
    draft = db.session.get(Draft, (user_id, kept_path))
    if draft is None:
        _make_room(user_id)
        draft = Draft(user_id=user_id, path=kept_path, body=body, saved_at=now)
        db.session.add(draft)
    draft.body, draft.saved_at = body, now
    db.session.flush()
    return True


def discard_draft(identity: Identity, path: str) -> None:
    """The form was saved, or the person does not want the text any more."""
    mine = Draft.user_id == identity.user_id
    db.session.execute(delete(Draft).where(mine, Draft.path == (rules.draft_path(path) or "")))


def claim_form(user_id: UUID, key: str | None, location: str) -> None:
    """Take a form's key, before anything else is written. Raises AlreadyPosted when it was saved before.

    A second post of the same form waits here until the first one has committed, and is then led where that led.
    Without a key nothing is taken: a program that posts by itself may leave it out, and is not protected.
    """
    if not key:
        return
    rules.check_form_key(key)
    try:
        with db.session.begin_nested():
            db.session.add(PostedForm(user_id=user_id, key=key, location=location, posted_at=clock.now()))
    except IntegrityError:
        raise rules.AlreadyPosted(queries.find_posted(user_id, key) or location) from None


def _make_room(user_id: UUID) -> None:
    """The oldest draft goes when there are too many, so that nobody fills the database by typing."""
    old = (
        select(Draft.path)
        .where(Draft.user_id == user_id)
        .order_by(Draft.saved_at.desc(), Draft.path)
        .offset(rules.DRAFTS_A_PERSON - 1)
    )
    paths = db.session.scalars(old).all()
    if paths:
        db.session.execute(delete(Draft).where(Draft.user_id == user_id, Draft.path.in_(paths)))
