"""`flask verify`: the audit trail in the database, and evidence packs as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.audit.actions import chain_name
from tracker.audit.models import PLATFORM, AuditEvent, ChainHead
from tracker.audit.queries import iter_chain
from tracker.audit.rules import PLATFORM as PLATFORM_NAME
from tracker.audit.rules import ChainChecker, Head
from tracker.exports.models import ExportRequest
from tracker.exports.readers import BundleReport, verify_bundle
from tracker.exports.storage import KeyUnusable, read_public_key
from tracker.extensions import db
from tracker.organisations.models import Organisation

verify_cli = AppGroup("verify", help="Check that nothing was altered.")


@verify_cli.command("audit")
def audit_command() -> None:
    """Follow every chain of the audit trail from its first event on; exit 1 and name what is wrong."""
    chains = events = problems = 0
    heads, codes, remembered = _heads(), _codes(), _remembered()
    for chain_id in sorted({*heads, *remembered}):
        checker = ChainChecker(chain_name(chain_id), remembered.get(chain_id, {}))
        for problem in _chain_problems(chain_id, checker, heads.get(chain_id)):
            click.echo(f"{codes.get(chain_id, chain_name(chain_id))}: {problem}", err=True)
            problems += 1
        chains, events = chains + 1, events + checker.count
        db.session.rollback()
    _finish(f"{_several(events, 'events')} in {_several(chains, 'chains')}", problems)


@verify_cli.command("bundle")
@click.argument("file", metavar="FILE.zip")
@click.option("--previous", metavar="FILE", help="An earlier pack: shows a history that was rewritten since.")
@click.option(
    "--key", metavar="FILE", help="The public key of the tracker, got from elsewhere than the pack."
)
def bundle_command(file: str, previous: str | None, key: str | None) -> None:
    """Check the evidence pack FILE.zip from its bytes alone; exit 1 and name what is wrong."""
    try:
        public_key = read_public_key(Path(key)) if key else None
        report = verify_bundle(Path(file), Path(previous) if previous else None, public_key=public_key)
    except (KeyUnusable, OSError) as error:
        raise click.ClickException(_failure(error)) from error
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for note in report.notes:
        click.echo(f"Note: {note}")
    known = "" if public_key else ", as far as the pack itself can tell; --key also shows who sealed it"
    _finish(_counted(report), report.counts.get("problems", 0), known)


# --- chains -----------------------------------------------------------------------------------------------


def _heads() -> dict[UUID, Head | None]:
    """Where each chain has to end; None for one that has events and no head."""
    heads: dict[UUID, Head | None] = dict.fromkeys(db.session.scalars(select(AuditEvent.chain_id).distinct()))
    heads |= {row.chain_id: Head(row.seq, row.hash) for row in db.session.scalars(select(ChainHead))}
    return heads


def _codes() -> dict[UUID, str]:
    query = select(Organisation.id, Organisation.code)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _remembered() -> dict[UUID, dict[int, str]]:
    """The heads that evidence packs were cut off at: a chain may have grown since, never shrunk or changed."""
    found: dict[UUID, dict[int, str]] = {}
    for cutoffs in db.session.scalars(select(ExportRequest.cutoffs).execution_options(yield_per=100)):
        for name, head in cutoffs.items():
            if head["seq"]:
                chain_id = PLATFORM if name == PLATFORM_NAME else UUID(name)
                found.setdefault(chain_id, {})[head["seq"]] = head["hash"]
    return found


def _chain_problems(chain_id: UUID, checker: ChainChecker, head: Head | None) -> Iterator[str]:
    for event in iter_chain(chain_id):
        for problem in checker.feed(event):
            yield f"event {problem.seq}: {problem.what}"
    if head is None:
        yield "its recorded head is missing"
    for problem in checker.finish(head):
        yield problem.what if problem.seq is None else f"event {problem.seq}: {problem.what}"


# --- bundles ----------------------------------------------------------------------------------------------


def _counted(report: BundleReport) -> str:
    counts = report.counts
    told: Iterable[str] = ("members", "evidence files", "audit events", "audit chains")
    return ", ".join(_several(counts.get(name, 0), name) for name in told)


def _several(number: int, things: str) -> str:
    return f"{number:,} {things.removesuffix('s') if number == 1 else things}"


def _failure(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename} cannot be read: {error.strerror or error}"
    return str(error)


def _finish(looked_at: str, problems: int, limit: str = "") -> None:
    if problems:
        click.echo(f"{problems:,} {'problem' if problems == 1 else 'problems'} in {looked_at}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{looked_at}: nothing is altered or missing{limit}")
