"""Who is asking: a session's row with its person, and what that person holds today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import ORGANISATION_ROLES, Role
from tracker.accounts import rules
from tracker.accounts.models import Membership, SignInSession, User
from tracker.extensions import db
from tracker.organisations.models import Organisation, Succession


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session's row, ended or not, with its person; whether it still counts is decided elsewhere."""

    token_hash: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    disabled: bool
    identity: Identity


def find_session(token_hash: str, day: date) -> KnownSession | None:
    """A session with the person's roles in force on that day: two statements, whatever the roles."""
    query = _with_roles(select(SignInSession, User), day).join(
        SignInSession, SignInSession.user_id == User.id
    )
    rows = db.session.execute(query.where(SignInSession.token_hash == token_hash)).all()
    if not rows:
        return None
    kept: SignInSession = rows[0][0]
    return KnownSession(
        token_hash=token_hash,
        created_at=kept.created_at,
        last_seen_at=kept.last_seen_at,
        ended_at=kept.ended_at,
        disabled=rows[0][1].disabled_at is not None,
        identity=_identity(rows[0][1], [row[2:] for row in rows], day),
    )


def find_identity(user_id: UUID) -> Identity | None:
    """What a person may do today; None when unknown or disabled."""
    day = clock.today()
    query = _with_roles(select(User), day).where(User.id == user_id, User.disabled_at.is_(None))
    rows = db.session.execute(query).all()
    return _identity(rows[0][0], [row[1:] for row in rows], day) if rows else None


def in_force(day: date) -> ColumnElement[bool]:
    """Roles that hold on a day, as known now; a role past its last day is as if absent."""
    return and_(
        Membership.superseded_at.is_(None),
        Membership.starts_on <= day,
        or_(Membership.until.is_(None), Membership.until >= day),
    )


def _with_roles(query: Select[*tuple[Any, ...]], day: date) -> Select[*tuple[Any, ...]]:
    return (
        query.add_columns(Membership.role, Membership.organisation_id, Organisation.code)
        .select_from(User)
        .outerjoin(Membership, and_(Membership.user_id == User.id, in_force(day)))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    )


def _identity(user: User, held: Iterable[Any], day: date) -> Identity:
    roles: dict[UUID, set[Role]] = {}
    codes: dict[UUID, str] = {}
    national = set()
    for role, organisation_id, code in held:
        if role is not None and organisation_id is None and role not in ORGANISATION_ROLES:
            national.add(role)
        elif role in ORGANISATION_ROLES and organisation_id is not None:
            roles.setdefault(organisation_id, set()).add(role)
            codes[organisation_id] = code
    own = [codes[key] for key, kinds in roles.items() if kinds & rules.MEMBERS]
    return Identity(
        user_id=user.id,
        name=user.name,
        email=user.email,
        roles={key: frozenset(kinds) for key, kinds in roles.items()},
        national=frozenset(national),
        predecessors=_predecessors(own, day) if own else frozenset(),
        codes=codes,
    )


def _predecessors(codes: Sequence[str], day: date) -> frozenset[UUID]:
    """Organisations whose duties had passed to these by that day, in one step or several."""
    before = (
        select(Succession.predecessor_code.label("code"))
        .where(Succession.successor_code.in_(codes), Succession.on <= day)
        .cte("before", recursive=True)
    )
    # UNION, not UNION ALL: two organisations that each succeeded the other must not go round for ever.
    before = before.union(
        select(Succession.predecessor_code).where(
            Succession.successor_code == before.c.code, Succession.on <= day
        )
    )
    return frozenset(
        db.session.scalars(select(Organisation.id).where(Organisation.code.in_(select(before.c.code))))
    )
