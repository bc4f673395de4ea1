"""Somebody was given the bytes of a file."""

from __future__ import annotations

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.evidence.models import EvidenceFile


def record_download(identity: Identity, organisation: OrganisationRef, file: EvidenceFile) -> None:
    """Record that a file's bytes were handed to somebody."""
    chain = audit.open_chain(organisation.id)
    audit.record(
        chain,
        "evidence.downloaded",
        actor_id=identity.user_id,
        subject=("evidence", str(file.item_id)),
        public={
            "evidence_id": str(file.item_id),
            "revision": file.revision,
            "sha256": file.sha256,
            "size": file.size,
        },
        private={"file_name": file.file_name},
    )
