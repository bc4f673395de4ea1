"""Reading what signing in needs: credentials, failures, one-time links, a person's own sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from tracker import clock
from tracker.accounts import rules
from tracker.accounts.models import OneTimeLink, SignInFailure, SignInSession, User
from tracker.accounts.queries.identity import find_identity
from tracker.accounts.queries.people import list_holdings
from tracker.accounts.rules import SessionRow
from tracker.errors import NotFound
from tracker.extensions import db


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in is checked against."""

    user_id: UUID
    email: str
    name: str
    password_hash: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A one-time link that can still be used."""

    user_id: UUID
    email: str
    name: str
    created_by: UUID | None
    expires_at: datetime
    first: bool


def find_credentials(email: str) -> Credentials | None:
    """The account of an e-mail address, disabled or not."""
    user = db.session.scalar(select(User).where(User.email == rules.normal_email(email)))
    return None if user is None else _credentials(user)


def get_credentials(user_id: UUID) -> Credentials:
    """The same by id. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return _credentials(user)


def _credentials(user: User) -> Credentials:
    return Credentials(user.id, user.email, user.name, user.password_hash, user.disabled_at is not None)


def count_failures(throttle_key: str, since: datetime) -> int:
    """Failed attempts under one key."""
    query = select(func.count()).where(SignInFailure.throttle_key == throttle_key, SignInFailure.at > since)
    return db.session.scalar(query) or 0


def find_link(token: str) -> LinkRow | None:
    """A link that is neither used nor too old, and whose giver could still give it."""
    query = (
        select(OneTimeLink, User)
        .join(User, User.id == OneTimeLink.user_id)
        .where(
            OneTimeLink.token_hash == rules.digest(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
    )
    row = db.session.execute(query).one_or_none()
    if row is None or not _giver_still_may(row[0]):
        return None
    link, user = row
    first = user.password_hash is None
    return LinkRow(user.id, user.email, user.name, link.created_by, link.expires_at, first)


def _giver_still_may(link: OneTimeLink) -> bool:
    """Roles may have changed since: a lead's link must not open an account that is now a national lead's."""
    if link.created_by is None:
        return True
    giver = find_identity(link.created_by)
    return giver is not None and rules.may_give_link(giver, list_holdings(link.user_id))


def list_sessions(user_id: UUID, idle: timedelta, longest: timedelta) -> Sequence[SessionRow]:
    """A person's sessions that still count, the last used first."""
    now = clock.now()
    query = (
        select(SignInSession)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > now - idle,
            SignInSession.created_at > now - longest,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.token_hash)
    )
    rows = db.session.scalars(query)
    return [SessionRow(session_reference(row.token_hash), row.created_at, row.last_seen_at) for row in rows]


def session_reference(token_hash: str) -> str:
    """Enough of the digest to name a session, in a form or in the audit trail."""
    return token_hash[:16]
