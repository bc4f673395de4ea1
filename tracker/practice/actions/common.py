"""What every write of good practice shares: who may, and how the trail is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import revise
from tracker.errors import Conflict, NotAllowed
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.practice import queries, rules
from tracker.practice.models import Practice

# Typed by hand, so a name or worse may stand in it: redactable.
TEXTS = (*rules.TEXTS, "state_reason")
FACTS = (
    "recommendation", "setting", "evidence_ids", "evaluated_on", "result", "shared_locally_on", "state",
)  # fmt: skip


COLUMNS = {"recommendation": "recommendation_code"}


def require_own(identity: Identity, organisation: OrganisationRef) -> None:
    """The second lock: an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def standing(identity: Identity, organisation: OrganisationRef, practice: Any, version: int) -> Practice:
    """The version that stands. Raises Conflict when it is not the one that was shown."""
    before = queries.get_practice(identity, organisation.id, practice)
    if before.version != version:
        raise Conflict(before.version)
    return before


def change(
    chain: Chain,
    identity: Identity,
    type: str,
    before: Practice,
    values: Mapping[str, Any],
    *,
    said: Mapping[str, str] | None = None,
) -> Practice:
    """The next version of a practice, told to its owner's chain. `said`: as with `tell`."""
    old = plain(before)
    after = revise(db.session(), before, chain.recorded_at, version=before.version + 1, **values)
    tell(chain, identity, type, after, old, said=said)
    return after


def tell(
    chain: Chain,
    identity: Identity,
    type: str,
    row: Practice,
    old: Mapping[str, Any],
    *,
    said: Mapping[str, str] | None = None,
) -> None:
    """Tell the trail what changed. `said`: the texts that were looked at before they were taken."""
    changed = audit.difference(old, plain(row))
    public = {name: changed[name] for name in FACTS if name in changed}
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("practice", str(row.entity_id)),
        public=public | {"practice_id": str(row.entity_id), "version": row.version} | statement(said or {}),
        private={name: changed[name] for name in TEXTS if name in changed},
    )


def plain(row: Practice) -> dict[str, Any]:
    return {name: _as_json(getattr(row, COLUMNS.get(name, name))) for name in (*FACTS, *TEXTS)}


def refused(texts: Mapping[str, str], *, looked: bool) -> list[tuple[str, str]]:
    """Field by field: NHS numbers, and what else may tell who a person is unless somebody has `looked` at it."""
    numbers = [found for name, words in texts.items() if (found := identifier_problem(name, words))]
    return numbers + rules.unlooked(texts, looked=looked)


def statement(texts: Mapping[str, str]) -> dict[str, Any]:
    """What the trail is told of texts that were taken although something in them looks like a person."""
    return {"text_checked": True} if rules.suspected(texts) else {}


def _as_json(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
