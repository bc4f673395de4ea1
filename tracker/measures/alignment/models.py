"""Table of assessments; the resources themselves are in the library."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.measures.alignment.rules import Result

CURRENT = text("superseded_at IS NULL")


class Assessment(Versioned, Base):
    """One assessment of a resource; the next one takes its place and leaves it in the history.

    `versions`: lasting ids of the guideline versions that it was held against. `resource_version`: which version of
    the resource was looked at.
    """

    __tablename__ = "alignment_assessments"
    __table_args__ = (
        Index(
            "uq_alignment_assessments_current",
            "organisation_id",
            "resource_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "organisation_id", "recorded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    resource_id: Mapped[UUID]
    resource_version: Mapped[int]
    result: Mapped[Result] = mapped_column(enum_type(Result, "alignment_result"))
    assessed_on: Mapped[date]
    assessor: Mapped[str] = mapped_column(String(200))
    versions: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
