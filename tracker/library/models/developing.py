"""Table of what is being made: who funds and develops which training, so that nobody makes the same thing twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.library.rules.developing import Reach, Stage

CURRENT = text("superseded_at IS NULL")


class Development(Versioned, Base):
    """One version of a piece of work on training; an overlap with other work is found, and later settled.

    What was announced by mistake has a reason.
    """

    __tablename__ = "library_developments"
    __table_args__ = (
        Index(
            "uq_library_developments_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    title: Mapped[str] = mapped_column(String(300))
    what: Mapped[str] = mapped_column(Text)
    reach: Mapped[Reach] = mapped_column(enum_type(Reach, "development_reach"))
    funder: Mapped[str] = mapped_column(Text)
    developer: Mapped[str] = mapped_column(Text)
    audiences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    stage: Mapped[Stage] = mapped_column(enum_type(Stage, "development_stage"))
    announced_on: Mapped[date]
    starts_on: Mapped[date | None]
    overlap_with: Mapped[str] = mapped_column(Text)
    overlap_found_on: Mapped[date | None]
    overlap_settled_on: Mapped[date | None]
    overlap_settlement: Mapped[str] = mapped_column(Text)
    mistaken_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
