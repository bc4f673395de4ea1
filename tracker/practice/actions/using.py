"""Somebody else's practice becomes an action of one's own: both organisations' chains are told."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import NotFound, RuleBroken
from tracker.extensions import db
from tracker.practice import queries
from tracker.practice.models import Practice, PracticeUse
from tracker.practice.queries import Body, EvidenceFile


@dataclass(frozen=True, slots=True)
class Use:
    """A practice about to be used, in the version that is credited, with the locked chains of both organisations."""

    practice: Practice
    owner: Body
    chain: Chain
    owners_chain: Chain


def open_use(
    identity: Identity, organisation: OrganisationRef, practice_id: UUID, version: int | None = None
) -> Use:
    """Lock both chains before anything is written. `version`: the published one that was read, which is credited
    although it was published anew or taken out of use since; without it, what is published when the locks are held.

    Raises NotFound for what is not (or never was) published, or is an invented organisation's and asked for by a real
    one, RuleBroken for one's own.
    """
    _practice, owner = _read(identity, practice_id, version)
    if owner.id == organisation.id:
        raise RuleBroken("", "This practice is your own: add the action without it")
    chains = audit.open_chains([organisation.id, owner.id])
    # Read again under the locks: its owner may have been first.
    practice, owner = _read(identity, practice_id, version)
    if queries.is_demonstration(identity, organisation.id) is not owner.demonstration:
        raise NotFound(str(practice_id))
    return Use(practice, owner, chains[organisation.id], chains[owner.id])


def _read(identity: Identity, practice_id: UUID, version: int | None) -> tuple[Practice, Body]:
    if version is None:
        return queries.get_published(identity, practice_id)
    found = queries.get_read(identity, practice_id, version)
    return found.practice, found.owner


def record_use(
    use: Use, identity: Identity, organisation: OrganisationRef, code: str, action_id: UUID
) -> PracticeUse:
    """Keep who made which action of it, and tell both."""
    row = PracticeUse(
        organisation_id=organisation.id, source_organisation_id=use.owner.id, practice_id=use.practice.entity_id,
        practice_version=use.practice.version, recommendation_code=code, action_id=action_id,
        author_id=identity.user_id, recorded_at=use.chain.recorded_at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    facts = {
        "practice_id": str(row.practice_id), "version": row.practice_version, "recommendation": code,
        "from_organisation": use.owner.code, "organisation": organisation.code,
    }  # fmt: skip
    group = new_id()
    for chain in (use.chain, use.owners_chain):
        audit.record(
            chain, "practice.used", actor_id=identity.user_id, subject=("practice", str(row.practice_id)),
            public=facts, private={"title": use.practice.title}, group=group,
        )  # fmt: skip
    return row


def record_handed_out(identity: Identity, practice: Practice, file: EvidenceFile) -> None:
    """A file that an organisation shares with its practice was handed to somebody: told on the owner's chain."""
    audit.record(
        audit.open_chain(practice.organisation_id), "practice.file_downloaded", actor_id=identity.user_id,
        subject=("practice", str(practice.entity_id)),
        public={
            "practice_id": str(practice.entity_id), "version": practice.version, "evidence_id": str(file.item_id),
            "revision": file.revision, "sha256": file.sha256, "size": file.size,
        },
        private={"file_name": file.file_name},
    )  # fmt: skip
