"""Tables of guidelines, which belong to the whole platform, and of an organisation’s own training resources."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type, new_id
from tracker.library.rules import Format, HowDiscussed, Kind, Patients, Setting, Source

CURRENT = text("superseded_at IS NULL")


class Guideline(Base):
    """One state of one version in the register: a correction closes it and adds the next; `entity_id` stays."""

    __tablename__ = "guidelines"
    __table_args__ = (
        Index(
            "uq_guidelines_current",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entity_id: Mapped[UUID] = mapped_column(default=new_id)
    kind: Mapped[Kind] = mapped_column(enum_type(Kind, "guideline_kind"))
    reference: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date | None]
    counts_from: Mapped[date | None]
    recheck_by: Mapped[date | None]
    populations: Mapped[list[str]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Resource(Versioned, Base):
    """One version of a training resource on an organisation's list, its own or a national one that it uses."""

    __tablename__ = "library_resources"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        Index(
            "uq_library_resources_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "organisation_id", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    title: Mapped[str] = mapped_column(String(300))
    format: Mapped[Format] = mapped_column(enum_type(Format, "resource_format"))
    source: Mapped[Source] = mapped_column(enum_type(Source, "resource_source"))
    staff_groups: Mapped[list[str]] = mapped_column(JSON)
    setting: Mapped[Setting] = mapped_column(enum_type(Setting, "resource_setting"))
    patients: Mapped[Patients] = mapped_column(enum_type(Patients, "resource_patients"))
    is_online: Mapped[bool]
    discussed: Mapped[HowDiscussed | None] = mapped_column(enum_type(HowDiscussed, "resource_discussed"))
    discussed_on: Mapped[date | None]
    discussed_by: Mapped[int | None]
    not_possible_because: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    updated_on: Mapped[date | None]
    resistance: Mapped[bool | None]
    stewardship: Mapped[bool | None]
    link: Mapped[str] = mapped_column(String(500))
    # Set when it is no longer offered; where that was said is the proof that recommendation 19 asks for.
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text)
    # Anything else that the shipped catalogue of national resources says of it.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Which resource of the national library it is, by lasting code, whatever either of them is called.
    national_code: Mapped[str | None] = mapped_column(String(80))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
