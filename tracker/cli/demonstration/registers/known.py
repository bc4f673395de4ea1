"""What tellers share: what organisations know of one another's rows, and the day of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.timing import working_day
from tracker.errors import NotFound
from tracker.practice import queries as practice

INVENTED = "Demonstration: invented."


@dataclass(slots=True)
class Known:
    """Who is there, and what was written so far under the names by which steps speak of it."""

    bodies: Sequence[Body]
    refs: Mapping[str, OrganisationRef]
    resources: Mapping[str, UUID]
    # The steps themselves fill these: practices by title, questions by the code of who asked.
    practices: dict[str, UUID] = field(default_factory=dict)
    questions: dict[str, UUID] = field(default_factory=dict)


def day(today: date, days_ago: int) -> date:
    """The working day so long ago, or the one before it."""
    return working_day(today - timedelta(days=days_ago))


def evidence_called(identity: Identity, organisation: OrganisationRef, title: str) -> UUID:
    """The organisation's own item in use with that title, the latest one."""
    for item in practice.list_shareable(identity, organisation.id):
        if item.title == title:
            return item.entity_id
    raise NotFound(title)
