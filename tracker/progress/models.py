"""Tables of progress: entries that each hold the whole position, what assurance relied on, and actions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.catalogue.rules import Delivery
from tracker.database import Base, Versioned, enum_type, new_id
from tracker.progress.rules import Change, Confidence

CURRENT = text("superseded_at IS NULL")


class ProgressEntry(Versioned, Base):
    """One entry in the history of a record, holding the whole position after it; `entity_id` is the record.

    The entry that is not superseded is where the organisation stands now.
    """

    __tablename__ = "progress_entries"
    __table_args__ = (
        UniqueConstraint("organisation_id", "recommendation_code", "version"),
        # One current entry for a record: two writers at once cannot both win.
        Index(
            "uq_progress_entries_current",
            "organisation_id",
            "recommendation_code",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        # The national count by recommendation and delivery reads this index alone.
        Index(None, "recommendation_code", "delivery", "superseded_at", "organisation_id"),
        Index(None, "organisation_id", "recorded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"))
    version: Mapped[int]
    change: Mapped[Change] = mapped_column(enum_type(Change, "progress_change"))
    delivery: Mapped[Delivery] = mapped_column(enum_type(Delivery, "delivery"))
    confidence: Mapped[Confidence | None] = mapped_column(enum_type(Confidence, "confidence"))
    summary: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    evidence_due_on: Mapped[date | None]
    evidenced_on: Mapped[date | None]
    accountable_person: Mapped[str] = mapped_column(String(200))
    lead_executive: Mapped[str] = mapped_column(String(200))
    forum: Mapped[str] = mapped_column(String(200))
    forum_on: Mapped[date | None]
    assured_by: Mapped[UUID | None]
    confirmed_on: Mapped[date]
    text_digest: Mapped[str] = mapped_column(String(64))
    # The entry at which delivery was last declared: who wrote since then may not assure it.
    delivered_version: Mapped[int | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class ReliedOn(Base):
    """A file revision that an assurance relied on, frozen with its digest."""

    __tablename__ = "progress_relied_on"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "entry_id"], ["progress_entries.organisation_id", "progress_entries.id"]
        ),
        Index(None, "organisation_id", "entry_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID]
    item_id: Mapped[UUID]
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class Action(Versioned, Base):
    """One version of something to be done for a recommendation."""

    __tablename__ = "progress_actions"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        Index(None, "organisation_id", "recommendation_code", "superseded_at"),
    )

    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"))
    title: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
