"""Who is asking: a frozen value that `accounts` builds and every query takes first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from tracker.access.permissions import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """A person with the roles that are in force today.

    `roles` maps an organisation's id to the roles held there (champion, trust lead, auditor);
    `national` holds roles that are for the whole country; `predecessors` are organisations whose
    record may be read because they were succeeded by one of the person's own; `codes` are the ODS codes
    of the organisations in `roles`.
    """

    user_id: UUID
    name: str
    email: str
    roles: Mapping[UUID, frozenset[Role]] = field(default_factory=dict)
    national: frozenset[Role] = frozenset()
    predecessors: frozenset[UUID] = frozenset()
    codes: Mapping[UUID, str] = field(default_factory=dict)

    def has(self, role: Role) -> bool:
        """Whether the role is held anywhere."""
        return role in self.national or any(role in held for held in self.roles.values())

    def organisations_with(self, *wanted: Role) -> frozenset[UUID]:
        """Ids of the organisations where one of the roles is held."""
        return frozenset(key for key, held in self.roles.items() if held.intersection(wanted))

    @property
    def is_national(self) -> bool:
        return Role.NATIONAL_LEAD in self.national

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.national

    @property
    def audited(self) -> frozenset[UUID]:
        return self.organisations_with(Role.AUDITOR)

    @property
    def own(self) -> frozenset[UUID]:
        return self.organisations_with(Role.CHAMPION, Role.TRUST_LEAD)


def reader_of(organisation_ids: Collection[UUID]) -> Identity:
    """Who reads for an evidence pack: nobody, with the eyes of an auditor of exactly these organisations.

    Whoever asked was let in before the pack was cut. What an auditor does not see, such as names of champions or
    small counts of incidents, is in no pack.
    """
    roles = {each: frozenset({Role.AUDITOR}) for each in organisation_ids}
    return Identity(user_id=UUID(int=0), name="", email="", roles=roles)
