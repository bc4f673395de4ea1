"""Tables of the programmes: years and items belong to the platform; where an item stands, to who does the work."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type, new_id
from tracker.programme.rules import ItemKind, Status

CURRENT = text("superseded_at IS NULL")


class ProgrammeYear(Base):
    """One state of a year: `code` is `2016-17`. `is_confirmed` False: its plans are to be confirmed."""

    __tablename__ = "programme_years"
    __table_args__ = (
        Index(
            "uq_programme_years_current",
            "code",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    is_confirmed: Mapped[bool]
    from_source: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ProgrammeItem(Base):
    """One state of an item, or of a part of one (`parent_code`). `text` is the source's, `note` is ours."""

    __tablename__ = "programme_items"
    __table_args__ = (
        Index(
            "uq_programme_items_current",
            "code",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "year_code", "superseded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    year_code: Mapped[str] = mapped_column(String(10))
    parent_code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(10))
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind, "programme_kind"))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    serves: Mapped[list[str]] = mapped_column(JSON)
    resource_code: Mapped[str] = mapped_column(String(80))
    happens_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(100))
    host: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(500))
    is_historical: Mapped[bool]
    from_source: Mapped[bool]
    retired_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ProgrammeState(Versioned, Base):
    """One version of where an item stands, as the organisation that does the work says."""

    __tablename__ = "programme_states"
    __table_args__ = (
        Index(
            "uq_programme_states_current",
            "organisation_id",
            "item_code",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    item_code: Mapped[str] = mapped_column(String(40))
    status: Mapped[Status] = mapped_column(enum_type(Status, "programme_status"))
    owner: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(500))
    evidence_ids: Mapped[list[str]] = mapped_column(JSON)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
