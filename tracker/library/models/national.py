"""Tables of the national library, which belongs to the platform: its resources, and whether their links answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, enum_type, new_id
from tracker.library.rules.national import Endorsement, LearningFormat, Level, NationalKind

CURRENT = text("superseded_at IS NULL")


class NationalResource(Base):
    """One state of one resource: a change closes it and adds the next; `entity_id` and `code` stay.

    `number`, `section`, `audience_words` and `description` are the source's, empty for one that is not in it.
    `owner_id`: whom the national lead recorded as its owner; the national body owns what it made without that.
    `audiences`: one object for each audience, with `staff`, `grades`, `settings`, `area` and `patients`.
    """

    __tablename__ = "national_resources"
    __table_args__ = (
        Index(
            "uq_national_resources_current",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(
            "uq_national_resources_code",
            "code",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entity_id: Mapped[UUID] = mapped_column(default=new_id)
    code: Mapped[str] = mapped_column(String(80))
    kind: Mapped[NationalKind] = mapped_column(enum_type(NationalKind, "national_kind"))
    position: Mapped[int]
    number: Mapped[int | None]
    section: Mapped[str] = mapped_column(String(100))
    from_source: Mapped[bool]
    title: Mapped[str] = mapped_column(String(300))
    made_by: Mapped[str] = mapped_column(Text)
    level: Mapped[Level] = mapped_column(enum_type(Level, "national_level"))
    session_code: Mapped[str] = mapped_column(String(40))
    format: Mapped[LearningFormat] = mapped_column(enum_type(LearningFormat, "national_format"))
    format_words: Mapped[str] = mapped_column(String(100))
    audience_words: Mapped[str] = mapped_column(Text)
    audiences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    covers: Mapped[list[str]] = mapped_column(JSON)
    modules: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    description: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int | None]
    is_interactive: Mapped[bool]
    endorsement: Mapped[Endorsement] = mapped_column(enum_type(Endorsement, "national_endorsement"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    serves: Mapped[list[str]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(500))
    funder: Mapped[str] = mapped_column(Text)
    developer: Mapped[str] = mapped_column(Text)
    funding_note: Mapped[str] = mapped_column(Text)
    funding_checked_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)
    retired_on: Mapped[date | None]
    retired_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class LinkCheck(Base):
    """What the link checker found at an address, each time that it was run. Nothing is ever changed here."""

    __tablename__ = "library_link_checks"
    __table_args__ = (Index(None, "resource_id", "checked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    resource_id: Mapped[UUID]
    link: Mapped[str] = mapped_column(String(500))
    checked_at: Mapped[datetime]
    status: Mapped[int | None]
    problem: Mapped[str] = mapped_column(String(300))
