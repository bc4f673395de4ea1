"""An item goes out of use with a reason; nothing is deleted."""

from __future__ import annotations

from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import revise
from tracker.errors import RuleBroken
from tracker.evidence.actions.common import (
    open_for_change,
    refuse_identifiers,
)
from tracker.evidence.models import EvidenceItem
from tracker.extensions import db


def withdraw_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, reason: str, *, version: int
) -> EvidenceItem:
    """Take an item out of use. It stays in the history, and its bytes in the store."""
    chain, linked = open_for_change(identity, organisation, item_id, version=version)
    if not reason:
        raise RuleBroken("reason", "Say why this is taken out of use. The reason stays in the history.")
    refuse_identifiers({"reason": reason})
    item = revise(
        db.session(), linked.item, chain.recorded_at,
        author_id=identity.user_id, version=version + 1, withdrawn_reason=reason,
    )  # fmt: skip
    audit.record(
        chain,
        "evidence.withdrawn",
        actor_id=identity.user_id,
        subject=("evidence", str(item_id)),
        public={"evidence_id": str(item_id), "version": item.version, "withdrawn_on": _today(chain)},
        private={"title": item.title, "reason": reason},
    )
    return item


def _today(chain: Chain) -> str:
    return clock.local_day(chain.recorded_at).isoformat()
