"""Reading people: who a session is, what somebody holds today, the lists of people, drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import ORGANISATION_ROLES, Permission, Role
from tracker.access.policy import scope_of
from tracker.accounts import rules
from tracker.accounts.models import (
    Draft,
    Membership,
    OneTimeLink,
    PostedForm,
    SignInFailure,
    SignInSession,
    User,
)
from tracker.accounts.rules import PersonRow, RoleRow, SessionRow
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName, Succession

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session's row, ended or not, with its person; whether it still counts is decided elsewhere."""

    token_hash: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    disabled: bool
    identity: Identity


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


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list of people is narrowed to; `show` is "", "ending" or "leavers"."""

    text: str = ""
    role: str = ""
    organisation: str = ""
    show: str = ""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A page on which something was typed and not saved."""

    path: str
    saved_at: datetime


# --- who is asking ----------------------------------------------------------------------------------------


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


# --- signing in -------------------------------------------------------------------------------------------


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


# --- people -----------------------------------------------------------------------------------------------


def list_people(
    identity: Identity, narrowed: PeopleFilter = PeopleFilter(), *, page: int = 1
) -> tuple[Sequence[PersonRow], int]:
    """One page of the people whom this person looks after, by name, and how many there are in all."""
    query = _people(identity, narrowed)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    users = db.session.scalars(
        query.order_by(func.lower(User.name), User.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    ).all()
    return _person_rows(identity, users), total


def get_person(identity: Identity, user_id: UUID) -> PersonRow:
    """A person whom this one looks after. Raises NotFound."""
    user = db.session.scalar(_people(identity, PeopleFilter()).where(User.id == user_id))
    if user is None:
        raise NotFound
    return _person_rows(identity, [user])[0]


def get_role(identity: Identity, user_id: UUID, entity_id: UUID) -> RoleRow:
    """One role of such a person. Raises NotFound."""
    for row in get_person(identity, user_id).roles:
        if row.entity_id == entity_id:
            return row
    raise NotFound


def list_own_roles(identity: Identity) -> Sequence[RoleRow]:
    """The roles that this person holds herself, wherever they are."""
    query = _roles().where(Membership.user_id == identity.user_id)
    return [_role_row(row) for row in db.session.execute(query)]


def list_ending(identity: Identity, limit: int = PER_PAGE) -> Sequence[tuple[PersonRow, RoleRow]]:
    """Roles that end within 30 days, the soonest first."""
    day = clock.today()
    users = db.session.scalars(_people(identity, PeopleFilter(show="ending")).order_by(User.id)).all()
    last = day + rules.ENDING_SOON
    pairs = [
        (person, role)
        for person in _person_rows(identity, users)
        for role in person.roles
        if role.until is not None and day <= role.until <= last
    ]
    return sorted(pairs, key=lambda pair: (pair[1].until, pair[0].name, str(pair[1].entity_id)))[:limit]


def list_leavers(identity: Identity) -> Sequence[PersonRow]:
    """People whose account is open though no role of theirs is in force or to come."""
    users = db.session.scalars(
        _people(identity, PeopleFilter(show="leavers")).order_by(func.lower(User.name), User.id)
    ).all()
    return _person_rows(identity, users)


def list_holdings(user_id: UUID) -> Sequence[rules.Holding]:
    """Every role of a person that is in force or to come, wherever it is."""
    query = select(Membership.role, Membership.organisation_id).where(
        Membership.user_id == user_id, _standing(clock.today())
    )
    return [rules.Holding(role, organisation_id) for role, organisation_id in db.session.execute(query)]


def count_administrators(day: date) -> int:
    """How many people with an open account are administrators on a day."""
    query = (
        select(func.count(User.id.distinct()))
        .join(Membership, Membership.user_id == User.id)
        .where(in_force(day), Membership.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
    )
    return db.session.scalar(query) or 0


def list_own_organisations(identity: Identity) -> Sequence[tuple[UUID, str, str]]:
    """Id, code and name of the organisations that this person leads, by name."""
    led = identity.organisations_with(Role.TRUST_LEAD)
    query = (
        select(Organisation.id, Organisation.code, OrganisationName.name)
        .outerjoin(OrganisationName, _name_today())
        .where(Organisation.id.in_(sorted(led)))
        .order_by(func.lower(func.coalesce(OrganisationName.name, Organisation.code)), Organisation.code)
    )
    return [(row[0], row[1], row[2] or row[1]) for row in db.session.execute(query)]


def find_organisations(codes: Iterable[str]) -> dict[str, UUID]:
    """Ids of the organisations with these codes; a code that nobody has is left out."""
    query = select(Organisation.code, Organisation.id).where(Organisation.code.in_(sorted(set(codes))))
    return dict(db.session.execute(query).all())


def find_code(organisation_id: UUID | None) -> str | None:
    """The code of an organisation, for the audit trail."""
    return db.session.scalar(select(Organisation.code).where(Organisation.id == organisation_id))


def _standing(day: date) -> ColumnElement[bool]:
    """In force on a day, or to come."""
    return and_(Membership.superseded_at.is_(None), or_(Membership.until.is_(None), Membership.until >= day))


def _people(identity: Identity, narrowed: PeopleFilter) -> Select[User]:
    """Those whom the identity looks after: everybody, or the members of the organisations that she leads."""
    day = clock.today()
    mine = _looked_after(identity)
    query = select(User)
    if mine is not None:
        query = query.where(_has_role(mine))
    if narrowed.text:
        text = narrowed.text.strip().lower()
        query = query.where(
            or_(
                func.lower(User.name).contains(text, autoescape=True),
                User.email.contains(text, autoescape=True),
            )
        )
    scope = mine if mine is not None else Membership.id.is_not(None)
    for condition in _role_conditions(narrowed, day):
        query = query.where(_has_role(and_(scope, condition)))
    if narrowed.show == "leavers":
        query = query.where(User.disabled_at.is_(None), ~_has_role(and_(_standing(day), scope)))
    return query


def _looked_after(identity: Identity) -> ColumnElement[bool] | None:
    """Whose roles they are; None is everybody's. Former members are people of the organisation too."""
    scope = scope_of(identity, Permission.PEOPLE_LIST)
    if scope.everything:
        return None
    return and_(
        Membership.organisation_id.in_(sorted(scope.organisation_ids)),
        Membership.role.in_(sorted(rules.MEMBERS)),
    )


def _role_conditions(narrowed: PeopleFilter, day: date) -> list[ColumnElement[bool]]:
    """One person may hold two roles: role and organisation must be said of the same one."""
    same = []
    if narrowed.role in set(Role):
        same.append(Membership.role == Role(narrowed.role))
    if narrowed.organisation:
        code = select(Organisation.id).where(Organisation.code == narrowed.organisation.upper())
        same.append(Membership.organisation_id.in_(code))
    conditions = [and_(_standing(day), *same)] if same else []
    if narrowed.show == "ending":
        soon = Membership.until.between(day, day + rules.ENDING_SOON)
        conditions.append(and_(Membership.superseded_at.is_(None), soon))
    return conditions


def _has_role(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Membership.user_id == User.id, condition)


def _person_rows(identity: Identity, users: Sequence[User]) -> list[PersonRow]:
    roles = _role_rows(identity, [user.id for user in users])
    return [
        PersonRow(
            id=user.id,
            email=user.email,
            name=user.name,
            disabled=user.disabled_at is not None,
            invited=user.password_hash is None,
            roles=tuple(row for row in roles if row.user_id == user.id),
        )
        for user in users
    ]


def _role_rows(identity: Identity, user_ids: Sequence[UUID]) -> list[RoleRow]:
    """The roles of these people that stand or are to come, as far as the identity looks after them."""
    query = _roles().where(Membership.user_id.in_(user_ids))
    mine = _looked_after(identity)
    rows = db.session.execute(query if mine is None else query.where(mine)).all()
    return [_role_row(row) for row in rows]


def _roles() -> Select[*tuple[Any, ...]]:
    return (
        select(Membership, Organisation.code, OrganisationName.name)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(OrganisationName, _name_today())
        .where(_standing(clock.today()))
        .order_by(Membership.role, OrganisationName.name, Membership.entity_id)
    )


def _role_row(row: Row[*tuple[Any, ...]]) -> RoleRow:
    held, code, name = row
    return RoleRow(
        entity_id=held.entity_id,
        user_id=held.user_id,
        role=held.role,
        organisation_id=held.organisation_id,
        organisation_code=code,
        organisation_name=name or code,
        starts_on=held.starts_on,
        until=held.until,
    )


def _name_today() -> ColumnElement[bool]:
    day = clock.today()
    return and_(
        OrganisationName.organisation_id == Organisation.id,
        OrganisationName.superseded_at.is_(None),
        OrganisationName.valid_from <= day,
        or_(OrganisationName.valid_until.is_(None), OrganisationName.valid_until > day),
    )


# --- forms ------------------------------------------------------------------------------------------------


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
