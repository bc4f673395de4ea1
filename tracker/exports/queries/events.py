"""The audit trail as a bundle holds it: its lines, which event recorded a row, and what text stays out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import Row as RowOf

from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.audit.rules import ChainEvent, stored_event
from tracker.exports.queries.cut import BATCH, Chosen, Cut
from tracker.exports.rules import (
    FOR_MEMBER,
    KIND_OF_EVENT,
    KINDS,
    NAMING_KEYS,
    PUBLISHED_KEYS,
    RECEIVED,
    holds_names,
)
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


@dataclass(frozen=True, slots=True)
class ToldMember:
    """One word on a member's chain about a share that a network recorded for it; `until` is when the next one came."""

    share_id: UUID
    version: int
    state: str
    at: datetime
    seq: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ToldRequest:
    """One word on a national body's chain about a question that it was asked; `until` is when the next one came."""

    request_id: str
    version: int
    facts: Mapping[str, Any]
    actor: str | None
    at: datetime
    seq: int
    until: datetime | None = None

    @property
    def order(self) -> tuple[str, str, str, int]:
        return self.facts["organisation"], self.facts["asked_on"], self.request_id, self.seq


@dataclass(slots=True)
class LedgerEvents:
    """Which event recorded a version of a row, by chain, kind of row, name, version and moment.

    The moment tells apart what is told of one version twice: a practice used a second time.
    """

    _found: dict[tuple[UUID, str, str, int, datetime], int] = field(default_factory=dict)
    _members: dict[UUID, list[ToldMember]] = field(default_factory=dict)
    _requests: dict[UUID, list[ToldRequest]] = field(default_factory=dict)

    def add(self, event: RowOf[*tuple[Any, ...]]) -> None:
        header, kind = json.loads(event.header), KIND_OF_EVENT[event.type]
        public = header["public"]
        named, version = public.get(KINDS[kind].named), public.get("version")
        if named is None or version is None:
            return
        self._found[(event.chain_id, kind, str(named), int(version), event.at)] = event.seq
        if kind == FOR_MEMBER:
            told = ToldMember(UUID(named), int(version), public["state"], event.at, event.seq)
            self._members.setdefault(event.chain_id, []).append(told)
        if kind == RECEIVED:
            asked = ToldRequest(named, int(version), public, header["actor"], event.at, event.seq)
            self._requests.setdefault(event.chain_id, []).append(asked)

    def seq_of(
        self, organisation_id: UUID, kind: str, named: object, version: int, at: datetime
    ) -> int | None:
        return self._found.get((organisation_id, kind, str(named), version, at))

    def told_members(self, organisation_id: UUID) -> list[ToldMember]:
        """What networks recorded for it, by share and version: nothing of what its own chain does not hold yet."""
        found = sorted(self._members.get(organisation_id, ()), key=lambda each: (each.share_id, each.seq))
        return [
            replace(each, until=then.at) if then and then.share_id == each.share_id else each
            for each, then in zip_longest(found, found[1:])
        ]

    def told_requests(self, organisation_id: UUID) -> list[ToldRequest]:
        """The questions that a national body was asked, by who asked and when."""
        found = sorted(self._requests.get(organisation_id, ()), key=lambda each: each.order)
        return [
            replace(each, until=then.at) if then and then.request_id == each.request_id else each
            for each, then in zip_longest(found, found[1:])
        ]


def ledger_events(cut: Cut, batch: Sequence[Chosen]) -> LedgerEvents:
    """The events of all these registers in these chains: one question."""
    event = AuditEvent
    query = (
        select(event.chain_id, event.seq, event.type, event.at, event.header)
        .where(
            event.chain_id.in_([each.id for each in batch]),
            event.type.in_(KIND_OF_EVENT),
            event.at <= cut.at,
        )
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
        for chain_id, kind, event in _events(cut, ids[start : start + BATCH]):
            yield audit_line(str(chain_id), event, withhold=holds_names(event.private, kind))


def _events(cut: Cut, chain_ids: Sequence[UUID]) -> Iterator[tuple[UUID, str, ChainEvent]]:
    """Chain by chain in the order of their ids, each from its first event to its cut-off; memory does not grow."""
    event, text = AuditEvent, AuditPrivate
    query = (
        select(
            *(event.chain_id, event.type, event.seq, event.header, event.hash, event.prev),
            *(text.seq, text.salt, text.body),
        )
        .outerjoin(text, _event_of_text())
        .where(event.chain_id.in_(chain_ids))
        .order_by(event.chain_id, event.seq)
        .execution_options(yield_per=500)
    )
    for chain_id, kind, seq, header, digest, prev, text_seq, salt, body in db.session.execute(query):
        if seq <= cut.heads[chain_id].seq:
            yield chain_id, kind, stored_event(seq, header, digest, prev, text_seq is not None, salt, body)


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
    return or_(*(_says(key) for key in sorted(NAMING_KEYS)))


def _says(key: str) -> ColumnElement[bool]:
    published = [event for event, keys in PUBLISHED_KEYS.items() if key in keys]
    says = AuditPrivate.body.contains(f'"{key}":', autoescape=True)
    return and_(says, AuditEvent.type.not_in(published)) if published else says


def _event_of_text() -> ColumnElement[bool]:
    return and_(AuditPrivate.chain_id == AuditEvent.chain_id, AuditPrivate.seq == AuditEvent.seq)
