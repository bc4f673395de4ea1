"""Tables of evidence: items (versioned), their files (append-only), what they support, and files held for a form."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type, new_id
from tracker.evidence.rules import EvidenceKind


class EvidenceItem(Versioned, Base):
    """One version of an item; `entity_id` is the item. `withdrawn_reason` set means taken out of use."""

    __tablename__ = "evidence_items"
    __table_args__ = (
        Index(None, "organisation_id", "entity_id", "superseded_at"),
        Index(None, "organisation_id", "superseded_at"),
    )

    title: Mapped[str] = mapped_column(String(200))
    shows: Mapped[str] = mapped_column(Text)
    kind: Mapped[EvidenceKind] = mapped_column(enum_type(EvidenceKind, "evidence_kind"))
    dated_on: Mapped[date]
    valid_until: Mapped[date | None]
    link: Mapped[str | None] = mapped_column(String(2000))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class EvidenceFile(Base):
    """A stored file of an item: its revision number, and the SHA-256 that names its bytes in the store."""

    __tablename__ = "evidence_files"
    __table_args__ = (
        UniqueConstraint("organisation_id", "item_id", "revision"),
        Index(None, "organisation_id", "sha256"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID]
    revision: Mapped[int]
    replaces: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]


class EvidenceLink(Versioned, Base):
    """That an item supports something: a recommendation, and later a programme item, a share, an evaluation."""

    __tablename__ = "evidence_links"
    __table_args__ = (
        Index(None, "organisation_id", "subject_kind", "subject_code", "superseded_at"),
        Index(None, "organisation_id", "item_id"),
    )

    item_id: Mapped[UUID]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_code: Mapped[str] = mapped_column(String(40))


class HeldUpload(Base):
    """A file that came with a form which then failed on another field: kept a day, and not to be sent again."""

    __tablename__ = "held_uploads"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    held_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
