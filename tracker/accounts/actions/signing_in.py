"""Writes about sessions: attempts, throttling, beginning and ending.

An attempt counts as failed from before its password is looked at, and is taken back when it was right: guesses sent
all at once cannot slip past the limit. No lock is held while a password is hashed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update

from tracker import clock
from tracker.accounts import queries, rules
from tracker.accounts.models import SignInFailure, SignInSession, User
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.extensions import db

PERSON = "person"
NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, already counted; `user_id` and `password_hash` are None for an unknown e-mail."""

    email: str
    address: str
    failure_ids: tuple[UUID, ...]
    user_id: UUID | None
    password_hash: str | None


def begin_attempt(email: str, address: str) -> Attempt:
    """Count an attempt. Raises TooManyAttempts. Commit it before the password is looked at."""
    chain = audit.open_chain()
    since = chain.recorded_at - rules.THROTTLE_WINDOW
    db.session.execute(delete(SignInFailure).where(SignInFailure.at <= since))
    keys = rules.throttle_keys(email, address)
    for key, limit in zip(keys, (rules.FAILURES_AN_ACCOUNT, rules.FAILURES_AN_ADDRESS), strict=True):
        if queries.count_failures(key, since) >= limit:
            raise rules.TooManyAttempts
    failures = [SignInFailure(id=new_id(), throttle_key=key, at=chain.recorded_at) for key in keys]
    db.session.add_all(failures)
    db.session.flush()
    known = queries.find_credentials(email)
    usable = known is not None and not known.disabled
    return Attempt(
        email=rules.normal_email(email),
        address=address,
        failure_ids=tuple(failure.id for failure in failures),
        user_id=known.user_id if known else None,
        password_hash=known.password_hash if known and usable else None,
    )


def fail_attempt(attempt: Attempt, user_agent: str = "") -> None:
    """The attempt stays counted, and the trail says so. What was typed instead of an e-mail is not kept."""
    chain = audit.open_chain()
    audit.record(
        chain,
        "session.failed",
        actor_id=None,
        subject=(PERSON, str(attempt.user_id or NOBODY)),
        public={"cause": "not-right", "user_id": None if attempt.user_id is None else str(attempt.user_id)},
        private={
            "email": attempt.email
            if "@" in attempt.email and len(attempt.email) <= rules.EMAIL_LONGEST
            else "",
            "address": attempt.address,
            "user_agent": user_agent[:300],
        },
    )


def succeed_attempt(attempt: Attempt, *, new_hash: str | None = None, user_agent: str = "") -> str:
    """Take the attempt back and open a session; returns its token. Raises SignInRefused.

    `new_hash`: the same password hashed with today's parameters.
    """
    chain = audit.open_chain()
    user = db.session.get(User, attempt.user_id) if attempt.user_id else None
    # The account may have been closed, or its password changed, while the hash was computed.
    if user is None or user.disabled_at is not None or user.password_hash != attempt.password_hash:
        raise rules.SignInRefused
    if new_hash is not None:
        user.password_hash = new_hash
    take_back_attempt(attempt)
    return open_session(user.id, address=attempt.address, user_agent=user_agent, chain=chain)


def take_back_attempt(attempt: Attempt) -> None:
    """The password was right: the attempt does not count."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.id.in_(attempt.failure_ids)))


def open_session(
    user_id: UUID, *, address: str = "", user_agent: str = "", chain: Chain | None = None
) -> str:
    """A new session of a person whose identity was established; returns the token for the cookie."""
    chain = chain or audit.open_chain()
    token = secrets.token_urlsafe(32)
    now = clock.now()
    kept = SignInSession(
        token_hash=rules.digest(token), user_id=user_id, created_at=now, last_seen_at=now, ended_at=None
    )
    db.session.add(kept)
    db.session.flush()
    audit.record(
        chain,
        "session.signed_in",
        actor_id=user_id,
        subject=(PERSON, str(user_id)),
        public={"session": queries.session_reference(kept.token_hash), "user_id": str(user_id)},
        private={"address": address, "user_agent": user_agent[:300]},
    )
    return token


def touch_session(token_hash: str) -> None:
    """The person is there. Not an event: it would be one for every minute of work."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == token_hash, SignInSession.ended_at.is_(None))
        .values(last_seen_at=clock.now())
    )


def sign_out(token_hash: str, cause: str = "signed-out") -> None:
    """End a session, if it is still open."""
    chain = audit.open_chain()
    kept = db.session.get(SignInSession, token_hash)
    if kept is not None and kept.ended_at is None:
        _end(chain, kept, kept.user_id, cause)


def end_session(user_id: UUID, reference: str) -> None:
    """End one of a person's own sessions, named by its reference; another one's reference changes nothing."""
    chain = audit.open_chain()
    for kept in _open_sessions(user_id):
        if queries.session_reference(kept.token_hash) == reference:
            _end(chain, kept, user_id, "ended-elsewhere")


def end_other_sessions(user_id: UUID, keep_hash: str) -> int:
    """End all of a person's own sessions but the one she is using."""
    return end_sessions(
        audit.open_chain(), user_id, actor_id=user_id, cause="ended-elsewhere", keep_hash=keep_hash
    )


def end_sessions(
    chain: Chain, user_id: UUID, *, actor_id: UUID | None, cause: str, keep_hash: str | None = None
) -> int:
    """End a person's sessions because something changed; returns how many there were."""
    ended = [kept for kept in _open_sessions(user_id) if kept.token_hash != keep_hash]
    for kept in ended:
        _end(chain, kept, actor_id, cause)
    return len(ended)


def _open_sessions(user_id: UUID) -> list[SignInSession]:
    query = select(SignInSession).where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(SignInSession.token_hash)))


def _end(chain: Chain, kept: SignInSession, actor_id: UUID | None, cause: str) -> None:
    kept.ended_at = clock.now()
    audit.record(
        chain,
        "session.signed_out",
        actor_id=actor_id,
        subject=(PERSON, str(kept.user_id)),
        public={
            "session": queries.session_reference(kept.token_hash),
            "user_id": str(kept.user_id),
            "cause": cause,
        },
    )
