"""Writes about roles: giving, changing, withdrawing. Each ends the person's sessions: rights hold at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts import queries, rules
from tracker.accounts.actions.signing_in import PERSON, end_sessions
from tracker.accounts.models import Membership, User
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import NotAllowed, NotFound, RuleBroken
from tracker.extensions import db


def grant_role(
    identity: Identity | None,
    user_id: UUID,
    grant: rules.Grant,
    *,
    reason: str = "",
    chain: Chain | None = None,
) -> UUID:
    """Give a role; returns its permanent id. Raises RuleBroken, NotAllowed, NotFound. None is the command line."""
    chain = chain or audit.open_chain()
    today = clock.local_day(chain.recorded_at)
    if not rules.may_manage(identity, grant.role, grant.organisation_id):
        raise NotAllowed
    rules.check_grant(grant, today)
    if db.session.get(User, user_id) is None:
        raise NotFound
    _refuse_twice(user_id, grant)
    held = Membership(
        entity_id=new_id(),
        user_id=user_id,
        role=grant.role,
        organisation_id=grant.organisation_id,
        starts_on=grant.starts_on or today,
        until=grant.until,
        recorded_at=chain.recorded_at,
        superseded_at=None,
    )
    db.session.add(held)
    db.session.flush()
    _record(chain, "role.granted", identity, held, {"reason": reason})
    end_sessions(chain, user_id, actor_id=_actor(identity), cause="role-granted")
    return held.entity_id


def change_role(
    identity: Identity | None, user_id: UUID, entity_id: UUID, *, until: date | None, reason: str = ""
) -> None:
    """Change the last day of a role. Raises RuleBroken, NotAllowed, NotFound."""
    chain = audit.open_chain()
    held = _standing(identity, user_id, entity_id)
    if held.until == until:
        return
    rules.check_until(held.role, until, held.starts_on, clock.local_day(chain.recorded_at))
    held.superseded_at = chain.recorded_at
    following = Membership(
        entity_id=held.entity_id,
        user_id=held.user_id,
        role=held.role,
        organisation_id=held.organisation_id,
        starts_on=held.starts_on,
        until=until,
        recorded_at=chain.recorded_at,
        superseded_at=None,
    )
    db.session.add(following)
    db.session.flush()
    changed = {"until_on": {"old": _iso(held.until), "new": _iso(until)}}
    _record(chain, "role.changed", identity, following, {"reason": reason}, **changed)
    end_sessions(chain, user_id, actor_id=_actor(identity), cause="role-changed")


def withdraw_role(identity: Identity | None, user_id: UUID, entity_id: UUID, *, reason: str = "") -> None:
    """End a role now: its version is closed and none follows. Raises RuleBroken, NotAllowed, NotFound."""
    chain = audit.open_chain()
    held = _standing(identity, user_id, entity_id)
    _keep_an_administrator(held, clock.local_day(chain.recorded_at))
    held.superseded_at = chain.recorded_at
    db.session.flush()
    count = end_sessions(chain, user_id, actor_id=_actor(identity), cause="role-withdrawn")
    _record(chain, "role.withdrawn", identity, held, {"reason": reason}, sessions_ended=count)


def _standing(identity: Identity | None, user_id: UUID, entity_id: UUID) -> Membership:
    """The version that stands, locked. A role that this person does not look after is as if absent."""
    held = db.session.scalar(
        select(Membership)
        .where(
            Membership.entity_id == entity_id,
            Membership.user_id == user_id,
            Membership.superseded_at.is_(None),
        )
        .with_for_update()
    )
    if held is None:
        raise NotFound
    if identity is not None and not rules.may_manage(identity, held.role, held.organisation_id):
        queries.get_role(identity, user_id, entity_id)
        raise NotAllowed
    return held


def _refuse_twice(user_id: UUID, grant: rules.Grant) -> None:
    if rules.Holding(grant.role, grant.organisation_id) in queries.list_holdings(user_id):
        where = " in this organisation" if grant.organisation_id else ""
        raise RuleBroken("role", f"This person already is a {grant.role.label.lower()}{where}")


def _keep_an_administrator(held: Membership, today: date) -> None:
    in_force = rules.in_force(held.starts_on, held.until, today)
    if held.role is Role.ADMINISTRATOR and in_force and queries.count_administrators(today) <= 1:
        raise RuleBroken("", "This is the only administrator. Give somebody else the role first")


def _record(
    chain: Chain, type: str, identity: Identity | None, held: Membership, text: Mapping[str, str], **more: Any
) -> None:
    user = db.session.get_one(User, held.user_id)
    public = {
        "membership_id": str(held.entity_id),
        "user_id": str(held.user_id),
        "role": held.role.value,
        "organisation": queries.find_code(held.organisation_id),
        "from_on": held.starts_on.isoformat(),
        "until_on": _iso(held.until),
        **more,
    }
    private = {"name": user.name, "email": user.email, **text}
    subject = (PERSON, str(held.user_id))
    audit.record(chain, type, actor_id=_actor(identity), subject=subject, public=public, private=private)


def _actor(identity: Identity | None) -> UUID | None:
    return None if identity is None else identity.user_id


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
