"""Tables of the audit trail: chains, events, and the redactable part of each event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base

# Sign-ins, people, catalogue and guidelines belong to no organisation: their chain has the nil id.
PLATFORM = UUID(int=0)


class ChainHead(Base):
    """The last event of a chain. Writers lock this row first; `chain_id` is an organisation's id or `PLATFORM`."""

    __tablename__ = "chain_heads"

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class AuditEvent(Base):
    """One event: `header` is the RFC 8785 JSON that `hash` is the SHA-256 of. Triggers refuse change."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "actor_id"),
        Index(None, "chain_id", "subject_kind", "subject_code"),
    )

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_code: Mapped[str] = mapped_column(String(100))
    header: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditPrivate(Base):
    """Names and free text of an event, salted; may be emptied by a redaction, never altered."""

    __tablename__ = "audit_private"
    __table_args__ = (
        ForeignKeyConstraint(["chain_id", "seq"], ["audit_events.chain_id", "audit_events.seq"]),
    )

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    body: Mapped[str | None] = mapped_column(Text)
