"""Names for pages of the audit trail, which lies below the floors that know people and organisations."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, or_, select

from tracker import clock
from tracker.accounts.models import User
from tracker.exports.queries.cut import chosen_by_id
from tracker.extensions import db

FOUND_AT_MOST = 20


def people_by_id(ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id, for whoever may see what these people did."""
    query = select(User.id, User.name).where(User.id.in_(sorted(set(ids))))
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_people(text: str) -> list[tuple[UUID, str]]:
    """Ids and names of people whose name or e-mail holds the words; the caller keeps to those in its scope."""
    words = text.strip().lower()
    query = (
        select(User.id, User.name)
        .where(
            or_(
                func.lower(User.name).contains(words, autoescape=True),
                User.email.contains(words, autoescape=True),
            )
        )
        .order_by(func.lower(User.name), User.id)
        .limit(FOUND_AT_MOST)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def organisations_by_id(ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Codes and today's names by id."""
    return {each.id: (each.code, each.name) for each in chosen_by_id(ids, clock.today(), clock.now())}
