"""Importing a file of trusts: the plan is a rule's; this writes it and tells the audit trail, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from tracker import clock
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import RuleBroken
from tracker.extensions import db
from tracker.organisations.actions.events import EVENTS, Public, describe
from tracker.organisations.actions.ledgers import Ledger, load_ledgers, new_ledger
from tracker.organisations.actions.reference import add_codes_met, load_reference
from tracker.organisations.models import OrganisationImport, Succession
from tracker.organisations.readers import EtrFile, EtrRow, RejectedLine
from tracker.organisations.rules import Added, Change, ImportPlan, Unchanged, Unread, plan_import

TOLD = ("added", "renamed", "moved", "closed", "absent", "unchanged")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import changed. `counts` go from `added` to `unchanged`, and then `rejected`."""

    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    rejected: tuple[RejectedLine, ...]


class Ended(NamedTuple):
    """A succession, as far as an import asks for it."""

    predecessor_code: str
    predecessor_closed_on: date
    successor_code: str


@dataclass(slots=True)
class _Import:
    """One import on its way: the file, where it comes from, and what else its changes are judged by."""

    file: EtrFile
    as_at: date
    digest: str
    file_name: str | None
    actor_id: UUID | None
    platform: Chain
    imported: Collection[date]
    ended: Collection[Ended]
    ledgers: dict[str, Ledger]
    group: UUID = field(default_factory=new_id)
    rows: dict[str, EtrRow] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = {row.code: row for row in self.file.rows}


def import_organisations(
    file: EtrFile,
    *,
    as_at: date,
    source_digest: str,
    file_name: str | None,
    actor_id: UUID | None = None,
) -> ImportResult:
    """Take over a file of trusts as at a date; the same file again changes nothing. Raises RuleBroken (`as_at`).

    The platform's chain is locked first, so that imports run one at a time; its id sorts before all others.
    """
    if as_at > clock.today():
        raise RuleBroken("as_at", "The date from which a file counts cannot be in the future")
    platform = audit.open_chain()
    load_reference(actor_id=actor_id, chain=platform)
    add_codes_met(file.rows)
    ledgers = load_ledgers({row.code for row in file.rows} | file.unread_codes)
    imported = set(db.session.scalars(select(OrganisationImport.as_at)))
    this = _Import(
        file, as_at, source_digest, file_name, actor_id, platform, imported, _successions(), ledgers
    )
    plan = _plan(this)
    _write(this, plan)
    return ImportResult({**plan.counts, "rejected": len(file.rejected)}, plan.changes, file.rejected)


def _successions() -> list[Ended]:
    query = select(Succession.predecessor_code, Succession.predecessor_closed_on, Succession.successor_code)
    return [
        Ended(*row) for row in db.session.execute(query.order_by(Succession.on, Succession.successor_code))
    ]


def _plan(this: _Import) -> ImportPlan:
    known = {code: ledger.known(this.as_at) for code, ledger in this.ledgers.items()}
    return plan_import(
        known, this.file.rows, this.ended, this.as_at, imported=this.imported, unread=this.file.unread_codes
    )


def _write(this: _Import, plan: ImportPlan) -> None:
    changes = [change for change in plan.changes if not isinstance(change, Unchanged | Unread)]
    for added in plan.of(Added):
        this.ledgers[added.code] = new_ledger(this.rows[added.code])
    touched = {change.code: this.ledgers[change.code] for change in changes}
    chains = audit.open_chains(ledger.organisation.id for ledger in touched.values())
    for change in changes:
        this.ledgers[change.code].apply(change, this.as_at, this.imported)
    for code in plan.seen:
        this.ledgers[code].see(this.as_at)
    for ledger in touched.values():
        ledger.save(chains[ledger.organisation.id].recorded_at)
    is_new = plan.counts_as_import and _remember(this)
    # One flush for all rows: the events that follow flush one by one.
    db.session.flush()
    for change in changes:
        _tell(this, change, chains[this.ledgers[change.code].organisation.id])
    if is_new or changes:
        _tell_platform(this, plan)


def _remember(this: _Import) -> bool:
    """Keep that this file was imported as at this date; False when that is known already."""
    same = select(OrganisationImport.id).where(
        OrganisationImport.as_at == this.as_at, OrganisationImport.source_digest == this.digest
    )
    if db.session.scalar(same) is not None:
        return False
    kept = OrganisationImport(
        as_at=this.as_at,
        source_digest=this.digest,
        file_name=this.file_name,
        recorded_at=this.platform.recorded_at,
    )
    db.session.add(kept)
    return True


def _tell(this: _Import, change: Change, chain: Chain) -> None:
    code = change.code
    successors = tuple(end.successor_code for end in this.ended if end.predecessor_code == code)
    public: Public = {"code": code, **describe(change, successors), **_origin(this)}
    if isinstance(change, Added):
        public["kind"] = this.ledgers[code].organisation.kind.value
    if code in this.rows:
        public["source_line"] = this.rows[code].line
    audit.record(
        chain,
        EVENTS[type(change)],
        actor_id=this.actor_id,
        subject=("organisation", code),
        public=public,
        group=this.group,
    )


def _tell_platform(this: _Import, plan: ImportPlan) -> None:
    counts = plan.counts
    public: Public = {
        **{name: counts[name] for name in TOLD},
        "returned": counts["returned"] + counts["reopened"],
        "rejected": len(this.file.rejected),
        **_origin(this),
    }
    audit.record(
        this.platform,
        "organisations.imported",
        actor_id=this.actor_id,
        subject=("organisations", this.as_at.isoformat()),
        public=public,
        private={"file_name": this.file_name},
        group=this.group,
    )


def _origin(this: _Import) -> Public:
    return {"as_at": this.as_at.isoformat(), "source_digest": this.digest}
