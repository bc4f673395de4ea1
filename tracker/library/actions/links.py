"""What the link checker found, written down: a row for each address, one event for the whole run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tracker.audit import actions as audit
from tracker.database import new_id
from tracker.extensions import db
from tracker.library.models import LinkCheck
from tracker.library.rules.words import NOT_OPEN


@dataclass(frozen=True, slots=True)
class Checked:
    """One address that was visited: the status that answered, or what was wrong."""

    resource_id: UUID
    code: str
    link: str
    status: int | None
    problem: str = ""

    @property
    def answered(self) -> bool:
        return not self.problem or self.status in NOT_OPEN


def record_link_checks(found: Iterable[Checked]) -> int:
    """Write down a run of the link checker: how many were visited."""
    visited = list(found)
    chain = audit.open_chain()
    for each in visited:
        db.session.add(
            LinkCheck(
                id=new_id(),
                resource_id=each.resource_id,
                link=each.link,
                checked_at=chain.recorded_at,
                status=each.status,
                problem=each.problem[:300],
            )
        )
    audit.record(
        chain,
        "national_resource.links_checked",
        actor_id=None,
        subject=("national_resource", "links"),
        public={
            "checked": len(visited),
            "answered": sum(each.answered for each in visited),
            "unanswered": sorted(each.code for each in visited if not each.answered),
        },
    )
    return len(visited)
