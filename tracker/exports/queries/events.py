"""The audit trail as a bundle holds it: its lines, which event recorded a row, and what text stays out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import Row as RowOf

from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.audit.rules import ChainEvent, stored_event
from tracker.exports.queries.cut import BATCH, Chosen, Cut
from tracker.exports.rules import NAMING_KEYS, holds_names
from tracker.exports.writers import audit_line
from tracker.extensions import db
from tracker.measures import measures
from tracker.measures.base import Row as Line

# Each table asks for the events that recorded its own rows, so that no event is read for two of them.
_RECORDING = {
    "progress": ("progress.recorded", "progress.confirmed", "progress.assured"),
    "action": ("action.added", "action.changed"),
    "evidence": ("evidence.added", "evidence.file_added", "evidence.identifier_overridden"),
    "finding": ("finding.recorded",),
}
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many events of a chain have a text that is not in the bundle, and why."""

    withheld: int = 0
    redacted: int = 0


def recording_events(cut: Cut, batch: Sequence[Chosen], kind: str) -> dict[Key, int]:
    """The number, in its organisation's chain, of the event that recorded a row; keys are those of `key_of`."""
    query = (
        select(AuditEvent.chain_id, AuditEvent.seq, AuditEvent.type, AuditEvent.header)
        .where(
            AuditEvent.chain_id.in_([each.id for each in batch]),
            AuditEvent.type.in_(_RECORDING[kind]),
            AuditEvent.at <= cut.at,
        )
        .order_by(AuditEvent.chain_id, AuditEvent.seq)
        .execution_options(yield_per=500)
    )
    found: dict[Key, int] = {}
    for chain_id, seq, name, header in db.session.execute(query):
        if seq <= cut.heads[chain_id].seq:
            found[key_of(name, json.loads(header)["public"])] = seq
    return found


def key_of(type: str, public: dict[str, Any]) -> Key:
    """By what an event names the row that it recorded."""
    kind = type.split(".", 1)[0]
    if kind == "progress":
        return "entry", str(public.get("entry_id"))
    if kind == "action":
        return "action", str(public.get("action_id")), str(public.get("version"))
    if kind == "finding":
        return "finding", str(public.get("finding_id"))
    if type == "evidence.file_added":
        return "file", str(public.get("evidence_id")), str(public.get("revision"))
    return type, str(public.get("evidence_id"))


# How events name the row that they recorded, the narrower key first: a check of training names the training too.
_ROW_KEYS = ("assessment_id", "row_id", "resource_id", "position_id", "answers_id")
# Training is told as `resource.…`; every other measure tells its events under its own name.
_TOLD_AS = {"alignment": "resource"}


@dataclass(slots=True)
class MeasureEvents:
    """Which event recorded a row of a measure: by the version that it names, and for a figure by moment and person."""

    _versions: dict[tuple[UUID, str, int], int] = field(default_factory=dict)
    _moments: dict[tuple[UUID, str, datetime, UUID | None], int] = field(default_factory=dict)

    def add(self, event: RowOf[*tuple[Any, ...]]) -> None:
        public = json.loads(event.header)["public"]
        kind = event.type.partition(".")[0]
        self._moments[event.chain_id, kind, event.at, event.actor_id] = event.seq
        named = next((public[key] for key in _ROW_KEYS if key in public), None)
        if named is not None and "version" in public:
            self._versions[event.chain_id, str(named), int(public["version"])] = event.seq

    def seq_of(self, organisation_id: UUID, line: Line) -> int | None:
        if line.version_of is not None:
            named, version = line.version_of
            return self._versions.get((organisation_id, str(named), version))
        if line.recorded_at is None:
            return None
        kind = _TOLD_AS.get(line.measure, line.measure)
        return self._moments.get((organisation_id, kind, line.recorded_at, line.recorded_by))


def measure_events(cut: Cut, batch: Sequence[Chosen]) -> MeasureEvents:
    """The events of all measures in these chains: one question."""
    event = AuditEvent
    kinds = [_TOLD_AS.get(each.name, each.name) for each in measures()]
    query = (
        select(event.chain_id, event.seq, event.type, event.at, event.actor_id, event.header)
        .where(
            event.chain_id.in_([each.id for each in batch]),
            or_(*(event.type.startswith(f"{kind}.") for kind in kinds)),
            event.at <= cut.at,
        )
        .order_by(event.chain_id, event.seq)
        .execution_options(yield_per=500)
    )
    found = MeasureEvents()
    for each in db.session.execute(query):
        if each.seq <= cut.heads[each.chain_id].seq:
            found.add(each)
    return found


# Rows of the registers beside the recommendations: which events record them, and under which key they name the row.
# A row of a member, about a share that a network recorded for it.
FOR_MEMBER = "share for it"
_LEDGERS = {
    **dict.fromkeys(("usage.added", "usage.changed", "usage.mistaken"), ("usage", "usage_id")),
    **dict.fromkeys(
        ("evaluation.added", "evaluation.changed", "evaluation.mistaken"), ("evaluation", "evaluation_id")
    ),
    **dict.fromkeys(("development.added", "development.changed"), ("development", "development_id")),
    **dict.fromkeys(("share.added", "share.changed", "share.mistaken"), ("share", "share_id")),
    **dict.fromkeys(
        (f"network.member_{each}" for each in ("added", "changed", "removed")), ("member", "membership_id")
    ),
    **dict.fromkeys(
        (f"practice.{each}" for each in ("added", "changed", "sent", "returned", "published", "withdrawn")),
        ("practice", "practice_id"),
    ),
    "share.for_member": (FOR_MEMBER, "share_id"),
    "practice.used": ("use", "practice_id"),
    **dict.fromkeys(("help.asked", "help.taken_back"), ("help asked", "request_id")),
    "help.answered": ("help answered", "request_id"),
    "programme.state_recorded": ("state", "item"),
}


@dataclass(slots=True)
class LedgerEvents:
    """Which event recorded a version of a row, by chain, kind of row, name, version and moment.

    The moment tells apart what is told of one version twice: a practice used a second time, a membership removed.
    """

    _found: dict[tuple[UUID, str, str, int, datetime], int] = field(default_factory=dict)
    _first: dict[tuple[UUID, str, str, int], tuple[datetime, int]] = field(default_factory=dict)

    def add(self, event: RowOf[*tuple[Any, ...]]) -> None:
        public, (kind, key) = json.loads(event.header)["public"], _LEDGERS[event.type]
        if key in public and "version" in public:
            place = (event.chain_id, kind, str(public[key]), int(public["version"]))
            self._found[(*place, event.at)] = event.seq
            self._first.setdefault(place, (event.at, event.seq))

    def seq_of(
        self, organisation_id: UUID, kind: str, named: object, version: int, at: datetime
    ) -> int | None:
        return self._found.get((organisation_id, kind, str(named), version, at))

    def told_on(
        self, organisation_id: UUID, kind: str, named: object, version: int
    ) -> tuple[datetime, int] | None:
        """The moment and the number on this chain, of what was recorded on another organisation's as well."""
        return self._first.get((organisation_id, kind, str(named), version))


def ledger_events(cut: Cut, batch: Sequence[Chosen]) -> LedgerEvents:
    """The events of all these registers in these chains: one question."""
    event = AuditEvent
    query = (
        select(event.chain_id, event.seq, event.type, event.at, event.header)
        .where(event.chain_id.in_([each.id for each in batch]), event.type.in_(_LEDGERS), event.at <= cut.at)
        .order_by(event.chain_id, event.seq)
        .execution_options(yield_per=500)
    )
    found = LedgerEvents()
    for each in db.session.execute(query):
        if each.seq <= cut.heads[each.chain_id].seq:
            found.add(each)
    return found


def audit_lines(cut: Cut) -> Iterator[bytes]:
    """Every event of every chain of the bundle, up to its cut-off; text that holds names is withheld."""
    ids = sorted(each.id for each in cut.organisations)
    for start in range(0, len(ids), BATCH):
        for chain_id, event in _events(cut, ids[start : start + BATCH]):
            yield audit_line(str(chain_id), event, withhold=holds_names(event.private))


def _events(cut: Cut, chain_ids: Sequence[UUID]) -> Iterator[tuple[UUID, ChainEvent]]:
    """Chain by chain in the order of their ids, each from its first event to its cut-off; memory does not grow."""
    event, text = AuditEvent, AuditPrivate
    query = (
        select(
            *(event.chain_id, event.seq, event.header, event.hash, event.prev),
            *(text.seq, text.salt, text.body),
        )
        .outerjoin(text, _event_of_text())
        .where(event.chain_id.in_(chain_ids))
        .order_by(event.chain_id, event.seq)
        .execution_options(yield_per=500)
    )
    for chain_id, seq, header, digest, prev, text_seq, salt, body in db.session.execute(query):
        if seq <= cut.heads[chain_id].seq:
            yield chain_id, stored_event(seq, header, digest, prev, text_seq is not None, salt, body)


def left_out(cut: Cut) -> dict[UUID, LeftOut]:
    """Chains with text that is withheld or was redacted; the others are not named."""
    found: dict[UUID, LeftOut] = {}
    for batch in cut.batches():
        query = (
            select(
                AuditPrivate.chain_id,
                func.count().filter(_names_somebody()),
                func.count().filter(AuditPrivate.body.is_(None)),
            )
            .join(AuditEvent, _event_of_text())
            .where(AuditPrivate.chain_id.in_([each.id for each in batch]), AuditEvent.at <= cut.at)
            .group_by(AuditPrivate.chain_id)
        )
        for chain_id, withheld, redacted in db.session.execute(query):
            if withheld or redacted:
                found[chain_id] = LeftOut(withheld, redacted)
    return found


def _names_somebody() -> ColumnElement[bool]:
    """The same question as `holds_names`, asked of the database."""
    return or_(*(AuditPrivate.body.contains(f'"{key}":', autoescape=True) for key in sorted(NAMING_KEYS)))


def _event_of_text() -> ColumnElement[bool]:
    return and_(AuditPrivate.chain_id == AuditEvent.chain_id, AuditPrivate.seq == AuditEvent.seq)
