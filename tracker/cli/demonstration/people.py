"""The demonstration accounts that sign in, and invented champions and leads without a password."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts import actions, queries
from tracker.accounts.models import User
from tracker.accounts.passwords import hash_password
from tracker.accounts.rules import Grant
from tracker.audit import actions as audit
from tracker.cli.demonstration import names
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.steps import Who
from tracker.errors import NotFound
from tracker.extensions import db

PASSWORD = "demonstration-only"  # noqa: S105  # published: development only
EMAILS = (
    "champion@demo.example",
    "lead@demo.example",
    "national@demo.example",
    "auditor@demo.example",
    "admin@demo.example",
)
# Who signs in elsewhere than in the first trust: for the national body its lead, for the others their champion.
ELSEWHERE = {
    names.NATIONAL_BODY: ("hee@demo.example", "Beatrix Merriweather"),
    names.NETWORK: ("network@demo.example", "Gethin Copperwell"),
    names.UNIVERSITY: ("university@demo.example", "Kezia Wetherby-Lane"),
}
SIGN_INS = (*EMAILS, *(email for email, _name in ELSEWHERE.values()))
AUDITED_TRUSTS = 7
STARTED_DAYS_AGO = 760


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts in one organisation, and the two who act anywhere."""

    by_part: Mapping[Who, Identity]

    def __getitem__(self, who: Who) -> Identity:
        return self.by_part[who]


@dataclass(frozen=True, slots=True)
class _Account:
    email: str
    name: str
    grants: tuple[Grant, ...]


def create_people(
    rng: random.Random, bodies: Sequence[Body], ids: Mapping[str, UUID]
) -> tuple[dict[str, Staff], int]:
    """Everybody, with roles since before the history begins: staff by organisation code, and how many accounts."""
    today = clock.today()
    since = today - timedelta(days=STARTED_DAYS_AGO)
    national, auditor, administrator = _everywhere(bodies, ids, today, since)
    accounts = {body.code: _members(rng, body, ids[body.code], since) for body in bodies}
    users = {each.email: _create(each) for pair in accounts.values() for each in pair}
    users |= {each.email: _create(each) for each in (national, auditor, administrator)}
    _set_password([users[email] for email in SIGN_INS])
    shared = {Who.NATIONAL: _identity(users[national.email]), Who.AUDITOR: _identity(users[auditor.email])}
    staff = {
        code: Staff(
            {Who.CHAMPION: _identity(users[first.email]), Who.LEAD: _identity(users[second.email]), **shared}
        )
        for code, (first, second) in accounts.items()
    }
    return staff, len(users)


def _everywhere(
    bodies: Sequence[Body], ids: Mapping[str, UUID], today: date, since: date
) -> tuple[_Account, _Account, _Account]:
    trusts = [body.code for body in bodies if body.number is not None]
    audited = [*trusts[:AUDITED_TRUSTS], names.NATIONAL_BODY]
    until = date(today.year + 2, today.month, min(today.day, 28))
    audits = tuple(Grant(Role.AUDITOR, ids[code], until=until, starts_on=since) for code in audited)
    return (
        _Account(EMAILS[2], "Rosalind Eastlake", (Grant(Role.NATIONAL_LEAD, starts_on=since),)),
        _Account(EMAILS[3], "Quentin Silverthorn", audits),
        _Account(EMAILS[4], "Hana Underhay", (Grant(Role.ADMINISTRATOR, starts_on=since),)),
    )


def _members(rng: random.Random, body: Body, organisation_id: UUID, since: date) -> tuple[_Account, _Account]:
    champion = Grant(Role.CHAMPION, organisation_id, starts_on=since)
    lead = Grant(Role.TRUST_LEAD, organisation_id, starts_on=since)
    if body.number == names.SHOWCASE:
        return _Account(EMAILS[0], "Idris Fernsby", (champion,)), _Account(
            EMAILS[1], "Dilys Hartwood", (lead,)
        )
    place = body.code.lower()
    members = (
        _Account(f"champion.{place}@demo.example", names.person_name(rng), (champion,)),
        _Account(f"lead.{place}@demo.example", names.person_name(rng), (lead,)),
    )
    if body.code not in ELSEWHERE:
        return members
    email, name = ELSEWHERE[body.code]
    if body.code == names.NATIONAL_BODY:
        # Both roles: its own people record and agree, each what somebody else has written.
        return members[0], _Account(email, name, (lead, champion))
    return _Account(email, name, (champion,)), members[1]


def _create(account: _Account) -> UUID:
    return actions.create_account(account.email, account.name, grants=account.grants, source="demonstration")


def _set_password(user_ids: Sequence[UUID]) -> None:
    """One hash for all of them: making one is slow on purpose."""
    hashed = hash_password(PASSWORD)
    chain = audit.open_chain()
    for user_id in user_ids:
        db.session.get_one(User, user_id).password_hash = hashed
        audit.record(
            chain,
            "account.password_set",
            actor_id=None,
            subject=("person", str(user_id)),
            public={"user_id": str(user_id)},
        )


def _identity(user_id: UUID) -> Identity:
    found = queries.find_identity(user_id)
    if found is None:
        raise NotFound(str(user_id))
    return found
