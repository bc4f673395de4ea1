"""How people and their roles are shown: wording and tag colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.permissions import Role
from tracker.accounts.rules import ENDING_SOON, PersonRow, RoleRow, SessionRow
from tracker.catalogue.rules import lead_of
from tracker.web.formats import day as written

# What an import counts, in words and in this order; what it left as it was is not told.
IMPORTED = {
    "added": "added",
    "renamed": "renamed",
    "moved": "moved to another region or board",
    "closed": "closed",
    "absent": "no longer in the file",
    "returned": "open again",
    "rejected": "lines left out",
}


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
        title=_title(role),
        where=_where(role),
        dates=_dates(role, today),
        ending=role.until is not None and role.until <= today + ENDING_SOON,
        may_change=may_change,
    )


@dataclass(frozen=True, slots=True)
class LastImport:
    """The newest file of trusts in words."""

    file: str
    imported_on: str
    counts_from: str
    changes: str


def last_import(at: datetime, public: Mapping[str, Any], private: Mapping[str, Any] | None) -> LastImport:
    """From its event in the audit trail."""
    told = [f"{public[name]:,} {words}" for name, words in IMPORTED.items() if public.get(name)]
    return LastImport(
        file=(private or {}).get("file_name") or "A file",
        imported_on=written(clock.local_day(at)),
        counts_from=written(date.fromisoformat(public["as_at"])),
        changes=", ".join(told) or "nothing",
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


def _title(role: RoleRow) -> str:
    """The role as it is called where it is held."""
    if role.role is Role.TRUST_LEAD and role.organisation_kind:
        return lead_of(role.organisation_kind).capitalize()
    return role.role.label


def _where(role: RoleRow) -> str:
    if role.organisation_code is None:
        return "every page about people" if role.role is Role.ADMINISTRATOR else "England"
    return f"{role.organisation_name} ({role.organisation_code})"


def _dates(role: RoleRow, today: date) -> str:
    begins = f"from {written(role.starts_on)}" if role.starts_on > today else ""
    ends = "no end date" if role.until is None else f"until {written(role.until)}"
    return f"{begins}, {ends}" if begins else ends
