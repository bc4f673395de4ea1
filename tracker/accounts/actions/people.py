"""Writes about accounts: creating, inviting, one-time links, names and passwords, closing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from tracker import clock
from tracker.access.identity import Identity
from tracker.accounts import queries, rules
from tracker.accounts.actions.roles import grant_role
from tracker.accounts.actions.signing_in import PERSON, end_sessions
from tracker.accounts.loader import denied_passwords
from tracker.accounts.models import OneTimeLink, SignInFailure, User
from tracker.accounts.passwords import hash_password
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import NotAllowed, NotFound, RuleBroken
from tracker.extensions import db


@dataclass(frozen=True, slots=True)
class Invitation:
    """What came of an invitation. `token` is None for somebody who has a password already, or whom only an
    administrator may give a link."""

    user_id: UUID
    token: str | None
    had_account: bool


def create_account(
    email: str,
    name: str,
    password: str | None = None,
    *,
    grants: Sequence[rules.Grant] = (),
    identity: Identity | None = None,
    source: str = "command",
) -> UUID:
    """A new account with its roles; no password means by link only. Raises RuleBroken, NotAllowed."""
    email, name = rules.normal_email(email), name.strip()
    rules.check_person(email, name)
    hashed = None
    if password is not None:
        rules.check_password(password, about=(email, name), denied=denied_passwords())
        hashed = hash_password(password)
    chain = audit.open_chain()
    if queries.find_credentials(email) is not None:
        raise RuleBroken("email", "There is an account with this e-mail address already")
    user = _add_user(chain, email, name, hashed)
    audit.record(
        chain,
        "account.created",
        actor_id=_actor(identity),
        subject=(PERSON, str(user.id)),
        public={"user_id": str(user.id), "source": source},
        private={"name": name, "email": email},
    )
    for grant in grants:
        grant_role(identity, user.id, grant, chain=chain)
    return user.id


def invite(identity: Identity, email: str, name: str, grants: Sequence[rules.Grant]) -> Invitation:
    """Give somebody roles, and an account and a link where there is none. Raises RuleBroken, NotAllowed.

    The link is shown once, to be given by hand: this service sends no e-mail.
    """
    email, name = rules.normal_email(email), name.strip()
    rules.check_person(email, name)
    if not grants:
        raise RuleBroken("role", "Say what this person's role is")
    chain = audit.open_chain()
    known = queries.find_credentials(email)
    if known is not None and known.disabled:
        raise RuleBroken(
            "email", "The account with this e-mail address is closed. Ask an administrator to open it"
        )
    user_id = known.user_id if known else _add_user(chain, email, name, None).id
    for grant in grants:
        grant_role(identity, user_id, grant, chain=chain)
    needs_link = known is None or known.password_hash is None
    if not needs_link or not rules.may_give_link(identity, queries.list_holdings(user_id)):
        return Invitation(user_id, None, had_account=known is not None)
    token, link = _add_link(chain, user_id, identity, rules.INVITATION_LASTS)
    audit.record(
        chain,
        "account.invited",
        actor_id=identity.user_id,
        subject=(PERSON, str(user_id)),
        public={
            "user_id": str(user_id),
            "invitation_id": queries.session_reference(link.token_hash),
            "expires_at": link.expires_at.isoformat(),
        },
        private={"name": known.name if known else name, "email": email},
    )
    return Invitation(user_id, token, had_account=known is not None)


def give_link(identity: Identity | None, user_id: UUID) -> str:
    """A one-time link with which this person sets a new password; returns its token. Raises NotFound, NotAllowed.

    Never by a lead for somebody who also has a role elsewhere: whoever holds the link can take the account.
    """
    chain = audit.open_chain()
    known = queries.get_credentials(user_id)
    if identity is not None:
        queries.get_person(identity, user_id)
    if known.disabled or not rules.may_give_link(identity, queries.list_holdings(user_id)):
        raise NotAllowed
    lasts = rules.RESET_LASTS if known.password_hash else rules.INVITATION_LASTS
    token, link = _add_link(chain, user_id, identity, lasts)
    audit.record(
        chain,
        "account.reset_link",
        actor_id=_actor(identity),
        subject=(PERSON, str(user_id)),
        public={
            "user_id": str(user_id),
            "expires_at": link.expires_at.isoformat(),
            "cause": "forgotten" if known.password_hash else "invited-again",
        },
    )
    return token


def accept_link(token: str, password: str) -> UUID:
    """Set a password with a one-time link, which is then used up. Raises NotFound, RuleBroken."""
    found = queries.find_link(token)
    if found is None:
        raise NotFound
    rules.check_password(password, about=(found.email, found.name), denied=denied_passwords())
    hashed = hash_password(password)
    chain = audit.open_chain()
    _use_up(chain, token)
    user = db.session.get_one(User, found.user_id)
    user.password_hash = hashed
    _void_links(user.id, chain)
    _forget_failures(user)
    end_sessions(chain, user.id, actor_id=user.id, cause="password-set")
    audit.record(
        chain,
        "account.password_set",
        actor_id=user.id,
        subject=(PERSON, str(user.id)),
        public={"user_id": str(user.id), "invitation_id": queries.session_reference(rules.digest(token))},
    )
    return user.id


def change_name(identity: Identity, name: str) -> None:
    """Change one's own name. Raises RuleBroken."""
    name = name.strip()
    rules.check_person(identity.email, name)
    chain = audit.open_chain()
    user = db.session.get_one(User, identity.user_id)
    if user.name == name:
        return
    user.name = name
    audit.record(
        chain,
        "account.changed",
        actor_id=user.id,
        subject=(PERSON, str(user.id)),
        public={"user_id": str(user.id), "changed": ["name"]},
        private={"name": name, "email": user.email},
    )


def change_password(identity: Identity, password: str, *, keep_hash: str) -> None:
    """Change one's own password; the other sessions end. Whether the old one was right is asked before."""
    rules.check_password(password, about=(identity.email, identity.name), denied=denied_passwords())
    hashed = hash_password(password)
    chain = audit.open_chain()
    user = db.session.get_one(User, identity.user_id)
    user.password_hash = hashed
    _void_links(user.id, chain)
    count = end_sessions(chain, user.id, actor_id=user.id, cause="password-changed", keep_hash=keep_hash)
    audit.record(
        chain,
        "account.password_changed",
        actor_id=user.id,
        subject=(PERSON, str(user.id)),
        public={"user_id": str(user.id), "sessions_ended": count},
    )


def close_account(identity: Identity | None, user_id: UUID, *, reason: str = "") -> None:
    """Nobody signs in with it any more; what the person recorded stays. Raises NotFound, NotAllowed, RuleBroken."""
    chain = audit.open_chain()
    user = _account(identity, user_id)
    if identity is not None and identity.user_id == user_id:
        raise RuleBroken("", "You cannot close your own account. Ask another administrator")
    if user.disabled_at is not None:
        return
    user.disabled_at = chain.recorded_at
    _void_links(user.id, chain)
    count = end_sessions(chain, user.id, actor_id=_actor(identity), cause="account-closed")
    _record_account(chain, "account.closed", identity, user, {"sessions_ended": count}, reason)


def reopen_account(identity: Identity | None, user_id: UUID, *, reason: str = "") -> None:
    """Open a closed account again, with the roles that still stand. Raises NotFound, NotAllowed."""
    chain = audit.open_chain()
    user = _account(identity, user_id)
    if user.disabled_at is None:
        return
    user.disabled_at = None
    _record_account(chain, "account.reopened", identity, user, {}, reason)


def _account(identity: Identity | None, user_id: UUID) -> User:
    if identity is not None:
        queries.get_person(identity, user_id)
        if not identity.is_administrator:
            raise NotAllowed
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _record_account(
    chain: Chain, type: str, identity: Identity | None, user: User, more: dict[str, int], reason: str
) -> None:
    audit.record(
        chain,
        type,
        actor_id=_actor(identity),
        subject=(PERSON, str(user.id)),
        public={"user_id": str(user.id), **more},
        private={"name": user.name, "email": user.email, "reason": reason},
    )


def _add_user(chain: Chain, email: str, name: str, password_hash: str | None) -> User:
    user = User(
        id=new_id(),
        email=email,
        name=name,
        password_hash=password_hash,
        created_at=chain.recorded_at,
        disabled_at=None,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _add_link(
    chain: Chain, user_id: UUID, identity: Identity | None, lasts: timedelta
) -> tuple[str, OneTimeLink]:
    """A new link; older ones of this person stop working."""
    _void_links(user_id, chain)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    link = OneTimeLink(
        token_hash=rules.digest(token),
        user_id=user_id,
        created_by=_actor(identity),
        created_at=now,
        expires_at=now + lasts,
        used_at=None,
    )
    db.session.add(link)
    db.session.flush()
    return token, link


def _use_up(chain: Chain, token: str) -> None:
    """Raises NotFound when somebody else used it while the password was hashed."""
    unused = (OneTimeLink.token_hash == rules.digest(token)) & OneTimeLink.used_at.is_(None)
    link = db.session.scalar(select(OneTimeLink).where(unused).with_for_update())
    if link is None:
        raise NotFound
    link.used_at = chain.recorded_at


def _void_links(user_id: UUID, chain: Chain) -> None:
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=chain.recorded_at)
    )


def _forget_failures(user: User) -> None:
    """Who was given a new link must not wait for the old password's failures to pass."""
    account_key, _address_key = rules.throttle_keys(user.email, "")
    db.session.execute(delete(SignInFailure).where(SignInFailure.throttle_key == account_key))


def _actor(identity: Identity | None) -> UUID | None:
    return None if identity is None else identity.user_id
