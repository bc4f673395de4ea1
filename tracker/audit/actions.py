"""Writing the audit trail: take the chain's lock first, then add events to its end. Nothing else writes here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from tracker import clock
from tracker.access.identity import Identity
from tracker.audit import queries, rules
from tracker.audit.models import PLATFORM, AuditEvent, AuditPrivate, ChainHead
from tracker.extensions import db
from tracker.web.transactions import writing

log = logging.getLogger("tracker.audit")


@dataclass(slots=True)
class Chain:
    """A chain whose lock this transaction holds. `recorded_at` never decreases along a chain."""

    head: ChainHead
    recorded_at: datetime

    @property
    def id(self) -> UUID:
        return self.head.chain_id

    @property
    def name(self) -> str:
        return chain_name(self.head.chain_id)


def chain_name(chain_id: UUID) -> str:
    """The name of a chain in headers: `platform`, or the organisation's id."""
    return rules.PLATFORM if chain_id == PLATFORM else str(chain_id)


def open_chain(organisation_id: UUID | None = None) -> Chain:
    """Lock one chain (the platform's when no organisation is named), before any other write."""
    return open_chains([organisation_id or PLATFORM])[organisation_id or PLATFORM]


def open_chains(chain_ids: Iterable[UUID]) -> dict[UUID, Chain]:
    """Lock several chains, always in the order of their ids, so that no two writers wait for each other."""
    wanted = sorted(set(chain_ids))
    found = {head.chain_id: head for head in _locked(wanted)}
    missing = [chain_id for chain_id in wanted if chain_id not in found]
    for chain_id in missing:
        _begin_chain(chain_id)
    if missing:
        found = {head.chain_id: head for head in _locked(wanted)}
    now = clock.now()
    return {chain_id: Chain(head, max(now, head.at)) for chain_id, head in found.items()}


def record(
    chain: Chain,
    type: str,
    *,
    actor_id: UUID | None,
    subject: tuple[str, str],
    public: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    group: UUID | None = None,
    flush: bool = True,
) -> AuditEvent:
    """Add one event to the end of a locked chain. ValueError for a key that the type does not declare.

    `flush=False`: the caller tells one event to each of many chains, and flushes once after the last.
    """
    public, private = dict(public or {}), {key: value for key, value in (private or {}).items() if value}
    rules.check_keys(type, public, private)
    head = chain.head
    salt, body = _sealed(private)
    header = rules.canonical(
        rules.header(
            chain=chain.name,
            seq=head.seq + 1,
            prev=head.hash,
            at=rules.timestamp(chain.recorded_at),
            type=type,
            actor=None if actor_id is None else str(actor_id),
            subject_kind=subject[0],
            subject_code=subject[1],
            group=None if group is None else str(group),
            public=public,
            private_digest=None if salt is None or body is None else rules.private_digest(salt, body),
        )
    )
    event = AuditEvent(
        chain_id=head.chain_id,
        seq=head.seq + 1,
        type=type,
        at=chain.recorded_at,
        actor_id=actor_id,
        subject_kind=subject[0],
        subject_code=subject[1],
        header=header.decode(),
        prev=head.hash,
        hash=rules.event_hash(header),
    )
    db.session.add(event)
    if body is not None:
        db.session.flush()
        db.session.add(AuditPrivate(chain_id=event.chain_id, seq=event.seq, salt=salt, body=body.decode()))
    head.seq, head.hash, head.at = event.seq, event.hash, event.at
    if flush:
        db.session.flush()
    return event


def note_read(
    identity: Identity, subject: tuple[str, str], public: Mapping[str, Any], organisation_id: UUID = PLATFORM
) -> None:
    """One event for a person, a subject and a day, in a transaction of its own: before anything else is read.

    A database that can be read and not written (a full disk, a read-only copy) still shows its pages.
    """
    if queries.has_read_today(identity, subject, organisation_id):
        return
    try:
        with writing():
            chain = open_chain(organisation_id)
            if not queries.has_read_today(identity, subject, organisation_id):
                facts = {**public, "on": clock.today().isoformat()}
                record(chain, "page.read", actor_id=identity.user_id, subject=subject, public=facts)
    except OperationalError:
        log.exception("a reading could not be recorded")


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`{key: {"old": …, "new": …}}` for the keys whose values differ."""
    return {key: {"old": old.get(key), "new": value} for key, value in new.items() if old.get(key) != value}


def _locked(chain_ids: list[UUID]) -> list[ChainHead]:
    query = select(ChainHead).where(ChainHead.chain_id.in_(chain_ids)).order_by(ChainHead.chain_id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _begin_chain(chain_id: UUID) -> None:
    # Two first writers may meet here: the loser finds the winner's row.
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(
            ChainHead(chain_id=chain_id, seq=0, hash=rules.GENESIS, at=datetime(2000, 1, 1, tzinfo=UTC))
        )


def _sealed(private: Mapping[str, Any]) -> tuple[bytes | None, bytes | None]:
    if not private:
        return None, None
    return secrets.token_bytes(rules.SALT_BYTES), rules.canonical(dict(private))
