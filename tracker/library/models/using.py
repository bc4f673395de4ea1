"""Tables of what became of national resources: how much they are used, and whether they were shown to work."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.library.rules.using import Counted, EvaluationResult

CURRENT = text("superseded_at IS NULL")


class Usage(Versioned, Base):
    """One version of a count: completions or views of a resource in a period, as one source gives them.

    The organisation is the one that read the count. `rated_useful` of `rated` said that it was useful to them.
    """

    __tablename__ = "library_usage"
    __table_args__ = (
        Index(
            "uq_library_usage_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "resource_id", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    resource_id: Mapped[UUID]
    period_from: Mapped[date]
    period_until: Mapped[date]
    counted: Mapped[Counted] = mapped_column(enum_type(Counted, "usage_counted"))
    number: Mapped[int]
    rated: Mapped[int | None]
    rated_useful: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    read_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[UUID | None]
    mistaken_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class Evaluation(Versioned, Base):
    """One version of an evaluation of a national resource; without a day and a result it is a method in hand only."""

    __tablename__ = "library_evaluations"
    __table_args__ = (
        Index(
            "uq_library_evaluations_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "resource_id", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    resource_id: Mapped[UUID]
    method: Mapped[str] = mapped_column(Text)
    sample: Mapped[str] = mapped_column(Text)
    sample_size: Mapped[int | None]
    evaluated_on: Mapped[date | None]
    result: Mapped[EvaluationResult | None] = mapped_column(enum_type(EvaluationResult, "evaluation_result"))
    finding: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[UUID | None]
    mistaken_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
