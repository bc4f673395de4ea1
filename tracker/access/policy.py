"""What an identity may see and do: pure decisions over `permissions`, with no framework at all."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import (
    EVERYONE,
    EVERYWHERE,
    IN_ORGANISATION,
    OF_PREDECESSOR,
    Permission,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The organisations that an identity may see: all of them, or a stated set."""

    everything: bool
    organisation_ids: frozenset[UUID]

    def holds(self, organisation_id: UUID) -> bool:
        return self.everything or organisation_id in self.organisation_ids


def scope_of(identity: Identity, permission: Permission = Permission.ORGANISATION_VIEW) -> Scope:
    """The one function that says where a permission reaches."""
    everywhere = any(permission in EVERYWHERE[role] for role in identity.national)
    ids = {
        organisation_id
        for organisation_id, roles in identity.roles.items()
        if any(permission in IN_ORGANISATION[role] for role in roles)
    }
    if permission in OF_PREDECESSOR:
        ids |= identity.predecessors
    return Scope(everything=everywhere, organisation_ids=frozenset(ids))


def allows(identity: Identity, permission: Permission, organisation_id: UUID | None = None) -> bool:
    """Whether the permission is held: in that organisation, or anywhere when none is named."""
    if permission in EVERYONE:
        return True
    scope = scope_of(identity, permission)
    if organisation_id is None:
        return scope.everything or bool(scope.organisation_ids)
    return scope.holds(organisation_id)
