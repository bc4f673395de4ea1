"""Which recommendations an item supports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import RuleBroken
from tracker.evidence import queries
from tracker.evidence.actions.common import recommendation_problems, refuse_withdrawn, require_right
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.extensions import db


def link_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, codes: Sequence[str]
) -> EvidenceItem:
    """Let an item support further recommendations; those that it supports already stay. A new version says who."""
    require_right(identity, organisation)
    chain = audit.open_chain(organisation.id)
    item = queries.get_item(identity, organisation.id, item_id).item
    refuse_withdrawn(item)
    if problems := recommendation_problems(organisation, codes):
        raise RuleBroken.many(problems)
    return support(chain, identity, item, codes)


def add_links(chain: Chain, item: EvidenceItem, codes: Iterable[str]) -> None:
    for code in codes:
        db.session.add(
            EvidenceLink(
                organisation_id=item.organisation_id,
                entity_id=new_id(),
                item_id=item.entity_id,
                subject_kind=queries.RECOMMENDATION,
                subject_code=code,
                recorded_at=chain.recorded_at,
            )
        )
    db.session.flush()


def support(chain: Chain, identity: Identity, item: EvidenceItem, codes: Iterable[str]) -> EvidenceItem:
    """Add links to those that stand; the item's next version says who did."""
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    standing = [link.subject_code for link in links]
    wanted = list(dict.fromkeys([*standing, *codes]))
    if wanted == standing:
        return item
    item = revise(db.session(), item, chain.recorded_at, author_id=identity.user_id, version=item.version + 1)
    relink(chain, identity, item, wanted)
    return item


def relink(chain: Chain, identity: Identity, item: EvidenceItem, codes: Sequence[str]) -> None:
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    standing = {link.subject_code: link for link in links}
    added = [code for code in codes if code not in standing]
    removed = [code for code in standing if code not in codes]
    for code in removed:
        standing[code].superseded_at = chain.recorded_at
    add_links(chain, item, added)
    if added or removed:
        audit.record(
            chain,
            "evidence.linked",
            actor_id=identity.user_id,
            subject=("evidence", str(item.entity_id)),
            public={"evidence_id": str(item.entity_id), "added": added, "removed": removed},
        )
