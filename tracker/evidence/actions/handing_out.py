"""Somebody was given the bytes of a file."""

from __future__ import annotations

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.evidence.actions.common import audit_file
from tracker.evidence.models import EvidenceFile


def record_download(identity: Identity, organisation: OrganisationRef, file: EvidenceFile) -> None:
    """Record that a file's bytes were handed to somebody."""
    audit_file(audit.open_chain(organisation.id), identity, "evidence.downloaded", file)
