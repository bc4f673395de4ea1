"""How people and their roles are shown: wording and tag colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.access.permissions import Role
from tracker.accounts.rules import ENDING_SOON, PersonRow, RoleRow, SessionRow
from tracker.web.formats import day as written


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in words; `may_change` says whether the one looking may change it."""

    id: UUID
    title: str
    where: str
    dates: str
    ending: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list, or at the head of a page."""

    id: UUID
    name: str
    email: str
    tag_text: str
    tag_colour: str
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One place where a person is signed in."""

    reference: str
    row: SessionRow
    here: bool


def person_line(person: PersonRow, today: date, changeable: frozenset[UUID] = frozenset()) -> PersonLine:
    """`changeable` are the roles that the one looking may change."""
    text, colour = _tag(person, today)
    roles = tuple(role_line(role, today, role.entity_id in changeable) for role in person.roles)
    return PersonLine(person.id, person.name, person.email, text, colour, roles)


def role_line(role: RoleRow, today: date, may_change: bool = False) -> RoleLine:
    return RoleLine(
        id=role.entity_id,
        title=role.role.label,
        where=_where(role),
        dates=_dates(role, today),
        ending=role.until is not None and role.until <= today + ENDING_SOON,
        may_change=may_change,
    )


def session_lines(rows: Sequence[SessionRow], here: str) -> list[SessionLine]:
    return [SessionLine(row.reference, row, row.reference == here) for row in rows]


def _tag(person: PersonRow, today: date) -> tuple[str, str]:
    if person.disabled:
        return "Account closed", "grey"
    if not person.roles:
        return "No role", "orange"
    if person.invited:
        return "Invited, not yet signed in", "blue"
    if any(role.until is not None and role.until <= today + ENDING_SOON for role in person.roles):
        return "Role ends soon", "yellow"
    return "", ""


def _where(role: RoleRow) -> str:
    if role.organisation_code is None:
        return "every page about people" if role.role is Role.ADMINISTRATOR else "England"
    return f"{role.organisation_name} ({role.organisation_code})"


def _dates(role: RoleRow, today: date) -> str:
    begins = f"from {written(role.starts_on)}" if role.starts_on > today else ""
    ends = "no end date" if role.until is None else f"until {written(role.until)}"
    return f"{begins}, {ends}" if begins else ends
