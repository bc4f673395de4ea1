"""New items, and further files for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import RuleBroken
from tracker.evidence import queries, rules
from tracker.evidence.actions.common import (
    ItemInput,
    audit_file,
    audit_item,
    check_item,
    columns,
    refuse_withdrawn,
    require_right,
)
from tracker.evidence.actions.linking import add_links, support
from tracker.evidence.models import EvidenceFile, EvidenceItem, HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db


def next_item_id() -> UUID:
    """An id for an item to come: a form's key can then say where it led before anything is written."""
    return new_id()


def add_item(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: ItemInput,
    held: Sequence[HeldUpload],
    *,
    item_id: UUID | None = None,
    chain: Chain | None = None,
) -> EvidenceItem:
    """Add an item with its files or link. Raises RuleBroken by field."""
    require_right(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    check_item(organisation, wanted, has_file=bool(held))
    item = EvidenceItem(
        organisation_id=organisation.id,
        entity_id=item_id or new_id(),
        author_id=identity.user_id,
        recorded_at=chain.recorded_at,
        version=1,
        withdrawn_reason=None,
        **columns(wanted),
    )
    db.session.add(item)
    db.session.flush()
    audit_item(chain, identity, "evidence.added", item, {}, recommendations=list(wanted.recommendations))
    add_links(chain, item, wanted.recommendations)
    _attach(chain, identity, item, held, replaces=None)
    return item


def add_proof(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    *,
    held: Sequence[UUID],
    link: str | None,
    valid_until: date | None,
    chain: Chain,
) -> None:
    """Evidence that came with a step: one item of the new files or the link, titled by the first file's name.

    A file whose bytes the organisation holds already is not added twice: the item that is there is linked.
    """
    fresh = []
    for upload in queries.list_held(identity, organisation.id, held):
        same = queries.find_same_bytes(identity, organisation.id, upload.sha256)
        if same is None or same.item.withdrawn_reason is not None:
            fresh.append(upload)
            continue
        upload.used_at = chain.recorded_at
        support(chain, identity, same.item, (code,))
    if not fresh and not link:
        return
    title = rules.title_from_file_name(fresh[0].file_name) if fresh else _title_of_link(link or "")
    wanted = ItemInput(
        title=title,
        shows="",
        kind=EvidenceKind.OTHER if fresh else EvidenceKind.LINK,
        dated_on=clock.today(),
        valid_until=valid_until,
        link=link or None,
        recommendations=(code,),
    )
    add_item(identity, organisation, wanted, fresh, chain=chain)


def add_files(
    identity: Identity,
    organisation: OrganisationRef,
    item_id: UUID,
    held: Sequence[HeldUpload],
    *,
    replaces: int | None,
) -> EvidenceItem:
    """Add files to an item as its next revisions; one of them may replace an earlier revision."""
    require_right(identity, organisation)
    chain = audit.open_chain(organisation.id)
    linked = queries.get_item(identity, organisation.id, item_id)
    refuse_withdrawn(linked.item)
    if not held:
        raise RuleBroken("files", "Choose a file to add.")
    if replaces is not None and replaces not in {file.revision for file in linked.files}:
        raise RuleBroken("replaces", "Choose a file of this item that has not been replaced already.")
    _attach(chain, identity, linked.item, held, replaces=replaces)
    return linked.item


def _title_of_link(link: str) -> str:
    return link.split("://", 1)[-1].rstrip("/")[: rules.TITLE_CHARACTERS]


def _attach(
    chain: Chain, identity: Identity, item: EvidenceItem, held: Iterable[HeldUpload], *, replaces: int | None
) -> None:
    revision = max(
        (file.revision for file in queries.list_files(identity, item.organisation_id, item.entity_id)),
        default=0,
    )
    for upload in held:
        revision += 1
        file = EvidenceFile(
            organisation_id=item.organisation_id,
            item_id=item.entity_id,
            revision=revision,
            replaces=replaces,
            sha256=upload.sha256,
            size=upload.size,
            file_name=upload.file_name,
            content_type=upload.content_type,
            added_by=identity.user_id,
            recorded_at=chain.recorded_at,
        )
        db.session.add(file)
        upload.used_at = chain.recorded_at
        db.session.flush()
        told = {"replaces": file.replaces, "media_type": file.content_type}
        audit_file(chain, identity, "evidence.file_added", file, **told)
        # Only the first of several takes the place of the old one; the others are new beside it.
        replaces = None
