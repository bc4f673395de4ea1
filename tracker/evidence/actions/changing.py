"""What is said of an item, as its next version."""

from __future__ import annotations

from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.database import revise
from tracker.evidence import queries
from tracker.evidence.actions.common import (
    ItemInput,
    audit_item,
    check_item,
    columns,
    described,
    open_for_change,
)
from tracker.evidence.actions.linking import relink
from tracker.evidence.models import EvidenceItem
from tracker.extensions import db


def change_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, wanted: ItemInput, *, version: int
) -> EvidenceItem:
    """Change what is said of an item and what it supports. Raises Conflict when somebody changed it first."""
    chain, linked = open_for_change(identity, organisation, item_id, version=version)
    check_item(organisation, wanted, has_file=bool(linked.files))
    old = described(linked.item)
    if not _is_changed(identity, linked.item, wanted):
        return linked.item
    item = revise(
        db.session(), linked.item, chain.recorded_at,
        author_id=identity.user_id, version=version + 1, **columns(wanted),
    )  # fmt: skip
    audit_item(chain, identity, "evidence.changed", item, old)
    relink(chain, identity, item, wanted.recommendations)
    return item


def _is_changed(identity: Identity, item: EvidenceItem, wanted: ItemInput) -> bool:
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    same_links = {link.subject_code for link in links} == set(wanted.recommendations)
    return not same_links or any(getattr(item, name) != value for name, value in columns(wanted).items())
