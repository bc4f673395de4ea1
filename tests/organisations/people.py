"""Who asks: identities made directly, without accounts; the organisations are found by their codes."""

from __future__ import annotations

from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.organisations.queries import find_ref


def champion(*codes: str) -> Identity:
    return _of(Role.CHAMPION, *codes)


def auditor(*codes: str) -> Identity:
    return _of(Role.AUDITOR, *codes)


def national_lead() -> Identity:
    return Identity(UUID(int=1), "Nia", "nia@example.org", national=frozenset({Role.NATIONAL_LEAD}))


def administrator() -> Identity:
    return Identity(UUID(int=2), "Ada", "ada@example.org", national=frozenset({Role.ADMINISTRATOR}))


def _of(role: Role, *codes: str) -> Identity:
    found = {code: organisation.id for code in codes if (organisation := find_ref(code)) is not None}
    return Identity(
        UUID(int=3),
        "Cho",
        "cho@example.org",
        roles={each: frozenset({role}) for each in found.values()},
        codes={each: code for code, each in found.items()},
    )
