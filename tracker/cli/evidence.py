"""`flask verify evidence` and `flask evidence sweep`: what the rows say against what lies in the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import delete, select, tuple_

from tracker import clock
from tracker.evidence.actions import store
from tracker.evidence.models import EvidenceFile, HeldUpload
from tracker.evidence.storage import UNCLAIMED_FOR, Swept
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.web.formats import plural
from tracker.web.transactions import writing

BATCH = 500
Digest = tuple[UUID, str]

evidence_cli = AppGroup("evidence", help="The files of evidence.")


@dataclass
class Verified:
    """What checking every stored file found: `problems` are lines that name what is wrong."""

    files: int = 0
    held: int = 0
    unclaimed: int = 0
    problems: list[str] = field(default_factory=list)


@click.command("evidence")
def verify_evidence_command() -> None:
    """Check every file of evidence against its fingerprint; exit 1 and name what is missing or altered."""
    found = verify_evidence()
    for problem in found.problems:
        click.echo(problem, err=True)
    click.echo(
        f"{plural(found.files, 'file')} checked: {len(found.problems):,} missing or altered. In the store besides: "
        f"{found.held:,} held for a form, {found.unclaimed:,} that nothing speaks of."
    )
    if found.problems:
        raise click.exceptions.Exit(1)


@evidence_cli.command("sweep")
def sweep_command() -> None:
    """Put files that nothing has spoken of for 24 hours in the trash, and empty the trash of what lay there 30 days."""
    forgotten, swept = sweep_evidence()
    click.echo(
        f"{plural(forgotten, 'held upload')} forgotten, {plural(len(swept.trashed), 'file')} put in the trash, "
        f"{len(swept.removed):,} removed from it."
    )


def verify_evidence() -> Verified:
    """Every row: the store has its bytes, they have its digest and its size. Every file: some row speaks of it."""
    found, known = Verified(), set[Digest]()
    checked: dict[Digest, str] = {}
    for row in _rows():
        key = (row.organisation_id, row.sha256)
        known.add(key)
        if key not in checked:
            checked[key] = _fault(*key, row.size)
        found.files += 1
        if checked[key]:
            found.problems.append(
                f"{row.code} item {row.item_id} file {row.revision} ({row.sha256}): {checked[key]}"
            )
    for key in store().iter_all():
        if key not in known:
            held = _is_held(*key)
            found.held += held
            found.unclaimed += not held
    return found


def sweep_evidence() -> tuple[int, Swept]:
    """Forget what was held for forms more than a day ago, then what no row speaks of; how many, and the files."""
    now = clock.now()
    with writing():
        forgotten = _forget_held(now - UNCLAIMED_FOR)
    return forgotten, store().sweep(_has_row, now)


def _rows() -> Iterator[Any]:
    """Every row in the order of its key, in batches: no transaction stays open while files are read."""
    after: tuple[UUID, UUID] | None = None
    while batch := _batch(after):
        yield from batch
        after = (batch[-1].organisation_id, batch[-1].id)


def _batch(after: tuple[UUID, UUID] | None) -> Sequence[Any]:
    file = EvidenceFile
    query = select(
        file.organisation_id, file.id, file.item_id, file.revision, file.sha256, file.size, Organisation.code
    ).join(Organisation, Organisation.id == file.organisation_id)
    if after is not None:
        query = query.where(tuple_(file.organisation_id, file.id) > tuple_(*after))
    rows = db.session.execute(query.order_by(file.organisation_id, file.id).limit(BATCH)).all()
    db.session.rollback()
    return rows


def _fault(organisation_id: UUID, sha256: str, size: int) -> str:
    """What is wrong with a stored file in a word, or nothing."""
    if not store().exists(organisation_id, sha256):
        return "missing"
    if not store().verify(organisation_id, sha256):
        return "altered"
    return "" if store().size(organisation_id, sha256) == size else "not of the recorded size"


def _has_row(organisation_id: UUID, sha256: str) -> bool:
    """Asked afresh for each file: a row may have come since the last one."""
    query = select(EvidenceFile.id).where(
        EvidenceFile.organisation_id == organisation_id, EvidenceFile.sha256 == sha256
    )
    found = db.session.scalar(query.limit(1)) is not None
    db.session.rollback()
    return found or _is_held(organisation_id, sha256)


def _is_held(organisation_id: UUID, sha256: str) -> bool:
    query = select(HeldUpload.id).where(
        HeldUpload.organisation_id == organisation_id, HeldUpload.sha256 == sha256
    )
    found = db.session.scalar(query.limit(1)) is not None
    db.session.rollback()
    return found


def _forget_held(before: datetime) -> int:
    """A used one is spoken of by its item; an unused one has waited a day."""
    gone = db.session.execute(delete(HeldUpload).where(HeldUpload.held_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # every DELETE has one
