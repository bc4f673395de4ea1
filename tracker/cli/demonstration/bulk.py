"""The many organisations after the first: rows in batches, under the same rules and with the same chained events."""

from __future__ import annotations

import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from tracker.accounts import actions as accounts
from tracker.audit import actions as audit
from tracker.audit import rules as audit_rules
from tracker.audit.models import AuditEvent, AuditPrivate, ChainHead
from tracker.catalogue import queries as catalogue
from tracker.cli.demonstration import history, names
from tracker.cli.demonstration.bodies import OPENED_ON
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.people import STARTED_DAYS_AGO
from tracker.cli.demonstration.playing import SITE
from tracker.cli.demonstration.steps import Confirmed, Evidenced, Recorded, Step, in_order
from tracker.cli.demonstration.timing import moment_of
from tracker.database import Base, new_id
from tracker.evidence.actions import FACTS as ITEM_FACTS
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName, OrganisationPlace
from tracker.progress import rules
from tracker.progress.actions import FACTS, TEXTS
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import Change, Circumstances, Outcome, Position

BATCH = 100
TABLES: tuple[type[Base], ...] = (
    Organisation, OrganisationName, OrganisationPlace, ChainHead, ProgressEntry, EvidenceItem, EvidenceLink,
    AuditEvent, AuditPrivate,
)  # fmt: skip
Row = dict[str, Any]
Rows = defaultdict[type[Base], list[Row]]


@dataclass(slots=True)
class _Chain:
    """The events of one organisation as rows."""

    id: UUID
    rows: Rows
    seq: int = 0
    hash: str = audit_rules.GENESIS
    at: datetime | None = None

    def add(
        self, type: str, at: datetime, actor: UUID | None, subject: tuple[str, str], public: Row, private: Row
    ) -> None:
        salt, body, digest = _sealed({key: value for key, value in private.items() if value})
        audit_rules.check_keys(type, public, private)
        self.seq += 1
        header = audit_rules.canonical(
            audit_rules.header(
                chain=str(self.id), seq=self.seq, prev=self.hash, at=audit_rules.timestamp(at), type=type,
                actor=None if actor is None else str(actor), subject_kind=subject[0], subject_code=subject[1],
                group=None, public=public, private_digest=digest,
            )
        )  # fmt: skip
        hashed = audit_rules.event_hash(header)
        self.rows[AuditEvent].append({
            "chain_id": self.id, "seq": self.seq, "type": type, "at": at, "actor_id": actor,
            "subject_kind": subject[0], "subject_code": subject[1], "header": header.decode(),
            "prev": self.hash, "hash": hashed,
        })  # fmt: skip
        if body is not None:
            self.rows[AuditPrivate].append({"chain_id": self.id, "seq": self.seq, "salt": salt, "body": body})
        self.hash, self.at = hashed, at

    def head(self) -> Row:
        return {"chain_id": self.id, "seq": self.seq, "hash": self.hash, "at": self.at}


@dataclass(slots=True)
class Writer:
    """Collects the rows of organisations and writes them a batch at a time."""

    seed: int
    counts: Counter[str]
    codes: Sequence[str]
    waiting: int = 0
    rows: Rows = field(default_factory=lambda: defaultdict(list))
    recorders: dict[str, UUID] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def write(self, body: Body, today: date) -> None:
        """One organisation with its history; written when the batch is full."""
        rng = random.Random(f"{self.seed}/{body.code}/history")  # noqa: S311  # texts, not secrets
        chain = _Chain(new_id(), self.rows)
        self._add_body(chain, body, today)
        told = _Told(chain, self._recorder(body), self._digests(), self.counts)
        for moment, step in in_order(history.tell(rng, today, body, self.codes)):
            told.tell(moment, step)
        self.rows[ChainHead].append(chain.head())
        self.waiting += 1
        if self.waiting >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for table in TABLES:
            if self.rows[table]:
                db.session.execute(insert(table), self.rows[table])
        self.rows.clear()
        self.waiting = 0

    def _add_body(self, chain: _Chain, body: Body, today: date) -> None:
        at = moment_of(today - timedelta(days=STARTED_DAYS_AGO), 0)
        self.rows[Organisation].append({
            "id": chain.id, "code": body.code, "kind": body.kind, "country": "England", "opened_on": OPENED_ON,
            "demonstration": True, "created_at": at,
        })  # fmt: skip
        dated = {"organisation_id": chain.id, "valid_from": OPENED_ON, "recorded_at": at}
        place = {"region_code": body.region, "icb_code": body.icb}
        self.rows[OrganisationName].append({**dated, "id": new_id(), "name": body.name})
        self.rows[OrganisationPlace].append({**dated, "id": new_id(), **place})
        public = {
            "code": body.code, "kind": body.kind.value, "name": body.name, "from_on": OPENED_ON.isoformat(),
            "region": body.region, "icb": body.icb,
        }  # fmt: skip
        chain.add("organisation.added", at, None, ("organisation", body.code), public, {})

    def _recorder(self, body: Body) -> UUID:
        """One account for each region writes for the many: it has no role and no password."""
        region = body.region or ""
        if region not in self.recorders:
            email, name = f"recorder.{region.lower()}@demo.example", f"Recorder, {names.REGIONS[region]}"
            self.recorders[region] = accounts.create_account(email, name, source="demonstration")
            self.counts["accounts"] += 1
        return self.recorders[region]

    def _digests(self) -> Mapping[str, str]:
        if not self.digests:
            self.digests = {each.code: each.text_digest for each in catalogue.list_recommendations()}
        return self.digests


@dataclass(slots=True)
class _Told:
    """One organisation's steps as rows: a record's last row and position, and until when its evidence lasts."""

    chain: _Chain
    author: UUID
    digests: Mapping[str, str]
    counts: Counter[str]
    standing: dict[str, tuple[Row, Position]] = field(default_factory=dict)
    lasting: dict[str, list[date | None]] = field(default_factory=dict)

    def tell(self, at: datetime, step: Step) -> None:
        """What needs a file of evidence, and actions, are left out here."""
        if isinstance(step, Recorded):
            given = Circumstances(step.on, self.author, False, True, self._next(step.code), 0)
            self._add(at, step, rules.record(self._before(step.code), step.position, given))
        elif isinstance(step, Confirmed):
            ends = self.lasting.get(step.code, [])
            live = sum(end is None or end >= step.on for end in ends)
            after = rules.confirm(self._before(step.code), step.on, live, len(ends))
            self._add(at, step, Outcome(after, Change.CONFIRMED))
        elif isinstance(step, Evidenced):
            self._show(at, step)

    def _before(self, code: str) -> Position | None:
        return self.standing[code][1] if code in self.standing else None

    def _next(self, code: str) -> int:
        return int(self.standing[code][0]["version"]) + 1 if code in self.standing else 1

    def _add(self, at: datetime, step: Step, outcome: Outcome) -> None:
        before, code = self.standing.get(step.code), step.code
        position = {name: getattr(outcome.position, name) for name in Position.__dataclass_fields__}
        row: Row = {
            "organisation_id": self.chain.id, "id": new_id(), "recommendation_code": code,
            "entity_id": new_id() if before is None else before[0]["entity_id"], "version": self._next(code),
            "change": outcome.change, "text_digest": self.digests[code], "author_id": self.author,
            "recorded_at": at, "superseded_at": None, **position,
        }  # fmt: skip
        if before is not None:
            before[0]["superseded_at"] = at
        self.chain.rows[ProgressEntry].append(row)
        self.standing[code] = (row, outcome.position)
        self.counts.update(entries=1, records=int(before is None))
        self._chain_entry(at, row, {} if before is None else before[0])

    def _chain_entry(self, at: datetime, row: Row, before: Row) -> None:
        confirmed = row["change"] is Change.CONFIRMED
        old = {name: _plain(before[name]) for name in (*FACTS, *TEXTS)} if before else {}
        changed = audit.difference(old, {name: _plain(row[name]) for name in (*FACTS, *TEXTS)})
        public: Row = {name: changed[name] for name in FACTS if name in changed}
        public |= {"record_id": str(row["entity_id"]), "entry_id": str(row["id"]), "version": row["version"]}
        public |= {"confirmed_on": row["confirmed_on"].isoformat(), "wording_digest": row["text_digest"]}
        private = {} if confirmed else {name: changed[name] for name in TEXTS if name in changed}
        name = "progress.confirmed" if confirmed else "progress.recorded"
        self.chain.add(name, at, self.author, (RECOMMENDATION, row["recommendation_code"]), public, private)

    def _show(self, at: datetime, step: Evidenced) -> None:
        """Evidence of the many is a link each time: files are for the first ones only."""
        item_id, key = new_id(), {"organisation_id": self.chain.id, "recorded_at": at}
        said: Row = {
            "kind": EvidenceKind.LINK, "dated_on": step.on, "valid_until": step.valid_until,
            "title": step.proof.title, "shows": "Demonstration: invented.", "link": SITE,
        }  # fmt: skip
        versioned = {**key, "id": new_id(), "entity_id": item_id, "version": 1, "author_id": self.author}
        self.chain.rows[EvidenceItem].append({**versioned, **said})
        link = {**key, "id": new_id(), "entity_id": new_id(), "item_id": item_id}
        subject = {"subject_kind": RECOMMENDATION, "subject_code": step.code}
        self.chain.rows[EvidenceLink].append({**link, **subject})
        self.lasting.setdefault(step.code, []).append(step.valid_until)
        self.counts["evidence_items"] += 1
        self._chain_item(at, step, item_id, said)

    def _chain_item(self, at: datetime, step: Evidenced, item_id: UUID, said: Row) -> None:
        changed: Row = dict(audit.difference({}, {name: _plain(value) for name, value in said.items()}))
        facts: Row = {name: changed.pop(name) for name in ITEM_FACTS if name in changed}
        public: Row = {**facts, "evidence_id": str(item_id), "version": 1, "recommendations": [step.code]}
        self.chain.add("evidence.added", at, self.author, ("evidence", str(item_id)), public, changed)


def _sealed(private: Row) -> tuple[bytes | None, str | None, str | None]:
    if not private:
        return None, None, None
    salt, body = secrets.token_bytes(audit_rules.SALT_BYTES), audit_rules.canonical(private)
    return salt, body.decode(), audit_rules.private_digest(salt, body)


def _plain(value: object) -> object:
    if isinstance(value, EvidenceKind):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
