"""Reading the audit trail, within what an identity may see, and the chains for those who check them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.audit import rules
from tracker.audit.models import PLATFORM, AuditEvent, AuditPrivate, ChainHead
from tracker.audit.rules import ChainEvent, Head
from tracker.extensions import db

# Kinds of thing whose later events say neither title nor resource: what was said of them before says it.
REMEMBERED = frozenset({"practice", "development", "resource", "evidence", "usage", "evaluation"})
# Types of event whose text holds the name of a champion or a deputy.
NAMES_CHAMPIONS = frozenset({"champions.post_added", "champions.post_changed"})


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the trail is narrowed to; an empty field narrows nothing."""

    type: str = ""
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject_kind: str = ""
    subject_code: str = ""
    chain_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event as people read it. `private` is None when its text was redacted."""

    chain_id: UUID
    seq: int
    type: str
    at: datetime
    actor_id: UUID | None
    subject_kind: str
    subject_code: str
    hash: str
    public: dict[str, Any]
    private: dict[str, Any] | None


def list_trail(identity: Identity, narrowed: TrailFilter, *, limit: int, offset: int) -> list[TrailRow]:
    """Events in scope, newest first, ending in the chain and the sequence."""
    query = (
        select(AuditEvent, AuditPrivate.body)
        .outerjoin(
            AuditPrivate,
            and_(AuditPrivate.chain_id == AuditEvent.chain_id, AuditPrivate.seq == AuditEvent.seq),
        )
        .where(*_conditions(identity, narrowed))
        .order_by(AuditEvent.at.desc(), AuditEvent.chain_id, AuditEvent.seq.desc())
    )
    return [
        _row(event, body, identity) for event, body in db.session.execute(query.limit(limit).offset(offset))
    ]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the trail said of one thing up to an event: its title, and the resource that it is of."""

    seq: int = 0
    version: int = 0
    title: str = ""
    resource: str = ""


def said_before(identity: Identity, rows: Sequence[TrailRow]) -> dict[tuple[UUID, int], Earlier]:
    """By chain and number, for each of these rows; empty texts where the trail says nothing that can be read."""
    wanted = [row for row in rows if row.subject_kind in REMEMBERED]
    if not wanted:
        return {}
    told = _tellings(identity, wanted)
    return {(row.chain_id, row.seq): _at(told.get(_thing(row), []), row) for row in wanted}


def _tellings(identity: Identity, rows: Sequence[TrailRow]) -> dict[tuple[UUID, str, str], list[Earlier]]:
    """All that the same trails say of the same things, oldest first; each telling keeps what stood before it."""
    query = (
        select(AuditEvent, AuditPrivate.body)
        .outerjoin(
            AuditPrivate,
            and_(AuditPrivate.chain_id == AuditEvent.chain_id, AuditPrivate.seq == AuditEvent.seq),
        )
        .where(
            in_scope(identity),
            AuditEvent.chain_id.in_({row.chain_id for row in rows}),
            AuditEvent.subject_kind.in_({row.subject_kind for row in rows}),
            AuditEvent.subject_code.in_({row.subject_code for row in rows}),
            AuditEvent.type.not_in(rules.READINGS),
        )
        .order_by(AuditEvent.chain_id, AuditEvent.seq)
    )
    told: dict[tuple[UUID, str, str], list[Earlier]] = {}
    for event, body in db.session.execute(query):
        row = _row(event, body, identity)
        before = told.setdefault(_thing(row), [])
        before.append(_followed(before[-1] if before else Earlier(), row))
    return told


def _followed(before: Earlier, row: TrailRow) -> Earlier:
    """A text that was removed may have held another title: what it was called from then on is not guessed."""
    title = "" if row.private is None else _now(row.private.get("title")) or before.title
    resource = _now(row.public.get("resource_id")) or before.resource
    return Earlier(row.seq, _version(row), title, resource)


def _at(told: Sequence[Earlier], row: TrailRow) -> Earlier:
    """Of a practice others may see an older version than the one that stood."""
    found = [each for each in told if each.seq <= row.seq]
    if row.subject_kind == "practice":
        found = [each for each in found if each.version <= _version(row)] or found
    return found[-1] if found else Earlier()


def _version(row: TrailRow) -> int:
    return int(row.public.get("version") or 0)


def _thing(row: TrailRow) -> tuple[UUID, str, str]:
    return row.chain_id, row.subject_kind, row.subject_code


def _now(value: Any) -> str:
    """What a fact became, or what it is."""
    return str((value.get("new") if isinstance(value, dict) else value) or "")


def count_trail(identity: Identity, narrowed: TrailFilter) -> int:
    """How many events the trail holds under a filter."""
    query = select(func.count()).select_from(AuditEvent).where(*_conditions(identity, narrowed))
    return db.session.scalar(query) or 0


def list_heads() -> Sequence[ChainHead]:
    """The head of every chain, by id: for checking and for cut-offs, not for pages."""
    return db.session.scalars(select(ChainHead).order_by(ChainHead.chain_id)).all()


def iter_chain(chain_id: UUID, until_seq: int | None = None) -> Iterator[ChainEvent]:
    """The events of one chain in order, as they are stored, for `rules.verify_chain`; memory does not grow."""
    event, text = AuditEvent, AuditPrivate
    query = (
        select(event.seq, event.header, event.hash, event.prev, text.seq, text.salt, text.body)
        .outerjoin(text, and_(text.chain_id == event.chain_id, text.seq == event.seq))
        .where(event.chain_id == chain_id)
        .order_by(event.seq)
        .execution_options(yield_per=500)
    )
    if until_seq is not None:
        query = query.where(event.seq <= until_seq)
    for seq, header, digest, prev, text_seq, salt, body in db.session.execute(query):
        yield rules.stored_event(seq, header, digest, prev, text_seq is not None, salt, body)


def head_of(row: ChainHead) -> Head:
    """The recorded head as the rules know it."""
    return Head(row.seq, row.hash)


def has_event_today(actor_id: UUID, type: str, subject: tuple[str, str], since: datetime) -> bool:
    """Whether a person already has such an event since a moment: reads are recorded once a day."""
    query = select(AuditEvent.seq).where(
        AuditEvent.actor_id == actor_id,
        AuditEvent.type == type,
        AuditEvent.subject_kind == subject[0],
        AuditEvent.subject_code == subject[1],
        AuditEvent.at >= since,
    )
    return db.session.scalar(query.limit(1)) is not None


def has_read_today(identity: Identity, subject: tuple[str, str], chain_id: UUID) -> bool:
    """Whether the trail of an organisation (or the platform's) already says that a person read this today."""
    query = select(AuditEvent.seq).where(
        AuditEvent.chain_id == chain_id,
        AuditEvent.subject_kind == subject[0],
        AuditEvent.subject_code == subject[1],
        AuditEvent.type == "page.read",
        AuditEvent.actor_id == identity.user_id,
        AuditEvent.at > clock.end_of_day(clock.today() - timedelta(days=1)),
    )
    return db.session.scalar(query.limit(1)) is not None


def in_scope(identity: Identity, permission: Permission = Permission.HISTORY_VIEW) -> ColumnElement[bool]:
    """The chains that an identity may read: its organisations', and the platform's for those who run it."""
    scope = scope_of(identity, permission)
    if scope.everything:
        return AuditEvent.chain_id.is_not(None)
    allowed = AuditEvent.chain_id.in_(sorted(scope.organisation_ids))
    if identity.is_administrator:
        return or_(allowed, AuditEvent.chain_id == PLATFORM)
    return allowed


def _conditions(identity: Identity, narrowed: TrailFilter) -> list[ColumnElement[bool]]:
    conditions = [in_scope(identity)]
    for value, column in (
        (narrowed.type, AuditEvent.type),
        (narrowed.actor_id, AuditEvent.actor_id),
        (narrowed.subject_kind, AuditEvent.subject_kind),
        (narrowed.subject_code, AuditEvent.subject_code),
        (narrowed.chain_id, AuditEvent.chain_id),
    ):
        if value:
            conditions.append(column == value)
    if narrowed.chain_id == PLATFORM:  # the nil id is a value, though it looks like none
        conditions.append(AuditEvent.chain_id == PLATFORM)
    if narrowed.since is not None:
        conditions.append(AuditEvent.at >= narrowed.since)
    if narrowed.until is not None:
        conditions.append(AuditEvent.at <= narrowed.until)
    return conditions


def _row(event: AuditEvent, body: str | None, identity: Identity) -> TrailRow:
    header = json.loads(event.header)
    has_text = header.get("private") is not None
    return TrailRow(
        chain_id=event.chain_id,
        seq=event.seq,
        type=event.type,
        at=event.at,
        actor_id=event.actor_id,
        subject_kind=event.subject_kind,
        subject_code=event.subject_code,
        hash=event.hash,
        public=header["public"],
        private=_readable(event, json.loads(body), identity) if body else (None if has_text else {}),
    )


def _readable(event: AuditEvent, text: dict[str, Any], identity: Identity) -> dict[str, Any]:
    """Names of champions are for their trust and the national lead; whoever else reads the trail reads the rest."""
    ours = event.chain_id in identity.own or event.chain_id in identity.predecessors
    if event.type not in NAMES_CHAMPIONS or ours or identity.is_national:
        return text
    return {key: value for key, value in text.items() if key not in {"name", "deputy_name"}}


def label_of(type: str) -> str:
    """What an event is called on screen."""
    return rules.event_type(type).label
