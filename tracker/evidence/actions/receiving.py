"""Bytes: checked, hashed and durable in the store before any row speaks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker import clock, spreadsheets
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.database import new_id
from tracker.errors import RuleBroken
from tracker.evidence import readers, rules
from tracker.evidence.actions.common import require_right
from tracker.evidence.models import HeldUpload
from tracker.evidence.rules import Limits
from tracker.evidence.storage import EvidenceStore, Readable
from tracker.extensions import bound, db, setting
from tracker.spreadsheets import Sheet


@dataclass(frozen=True, slots=True)
class Received:
    """One file that came with a form: its name as typed on the person's computer, and its bytes."""

    file_name: str
    stream: Readable


def store() -> EvidenceStore:
    """The evidence store of this application."""
    found: EvidenceStore = bound("evidence_store")
    return found


def limits() -> Limits:
    """The limits in force, with the deployment's own limit for a file."""
    return Limits(file_bytes=setting("UPLOAD_FILE_LIMIT"))


def receive_files(
    identity: Identity, organisation: OrganisationRef, files: Sequence[Received]
) -> tuple[list[HeldUpload], list[tuple[str, str]]]:
    """Check files and put the good ones in the store, held for this person's form; problems name the others.

    Bytes are durable before any row speaks of them. The rows belong to the caller's transaction.
    """
    require_right(identity, organisation)
    allowed = limits()
    if len(files) > allowed.files:
        return [], [("files", f"Add at most {allowed.files} files at once. Save, then add the others.")]
    held: list[HeldUpload] = []
    problems: list[tuple[str, str]] = []
    for file in files:
        try:
            held.append(_receive(identity, organisation, file, allowed))
        except RuleBroken as error:
            problems += error.problems
    db.session.add_all(held)
    db.session.flush()
    return held, problems


def read_spreadsheet(file: Received) -> Sequence[Sheet]:
    """The sheets of a file that came with a form; nothing of it is kept. RuleBroken('file') says what is wrong."""
    incoming = store().receive(file.stream, limits().file_bytes)
    try:
        return spreadsheets.read_sheets(incoming.path, file.file_name)
    finally:
        incoming.discard()


def _receive(
    identity: Identity, organisation: OrganisationRef, file: Received, allowed: Limits
) -> HeldUpload:
    name = file.file_name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    extension = rules.extension_of(name)
    if found := rules.find_identifiers(name):
        raise RuleBroken("files", rules.identifier_message(found[0], where="The name of a file"))
    incoming = store().receive(file.stream, allowed.file_bytes)
    try:
        checked = readers.check_content(incoming.path, name, allowed)
        if checked.text_identifiers:
            raise RuleBroken("files", rules.identifier_message(checked.text_identifiers[0], where=name))
        store().keep(organisation.id, incoming)
    finally:
        incoming.discard()
    return HeldUpload(
        organisation_id=organisation.id,
        id=new_id(),
        user_id=identity.user_id,
        sha256=incoming.sha256,
        size=incoming.size,
        file_name=name[:200],
        content_type=rules.CONTENT_TYPES[extension],
        held_at=clock.now(),
    )
