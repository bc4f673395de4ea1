"""Reading people and their roles, as far as whoever asks looks after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission, Role
from tracker.access.policy import scope_of
from tracker.accounts import rules
from tracker.accounts.models import Membership, User
from tracker.accounts.queries.identity import in_force
from tracker.accounts.rules import PersonRow, RoleRow
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.rules import display_name

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list of people is narrowed to; `show` is "", "ending" or "leavers"."""

    text: str = ""
    role: str = ""
    organisation: str = ""
    show: str = ""


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
    found = db.session.execute(query)
    return [(key, code, _written(name, code)) for key, code, name in found]


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
        select(Membership, Organisation.code, OrganisationName.name, Organisation.kind)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(OrganisationName, _name_today())
        .where(_standing(clock.today()))
        .order_by(Membership.role, OrganisationName.name, Membership.entity_id)
    )


def _role_row(row: Row[*tuple[Any, ...]]) -> RoleRow:
    held, code, name, kind = row
    return RoleRow(
        entity_id=held.entity_id,
        user_id=held.user_id,
        role=held.role,
        organisation_id=held.organisation_id,
        organisation_code=code,
        organisation_name=_written(name, code) if code else None,
        starts_on=held.starts_on,
        until=held.until,
        organisation_kind=kind or "",
    )


def _written(filed: str | None, code: str) -> str:
    """A name as people write it; without one, the code."""
    return display_name(filed) if filed else code


def _name_today() -> ColumnElement[bool]:
    day = clock.today()
    return and_(
        OrganisationName.organisation_id == Organisation.id,
        OrganisationName.superseded_at.is_(None),
        OrganisationName.valid_from <= day,
        or_(OrganisationName.valid_until.is_(None), OrganisationName.valid_until > day),
    )
