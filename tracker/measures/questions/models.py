"""Answers to the questions of the catalogue: one row for a recommendation, a question set and a day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned

CURRENT = text("superseded_at IS NULL")


class Answers(Versioned, Base):
    """One version of the answers about one day; `entity_id` is the same in all versions about that day.

    `version` counts through all days of a set, so that two people who answer at once are noticed whatever day
    they choose. `declaration` is the digest of the questions as they were asked: a changed question rewrites nothing.
    """

    __tablename__ = "questions_answers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "recommendation_code", "set_key", "version"),
        Index(
            "uq_questions_answers_current",
            "organisation_id",
            "recommendation_code",
            "set_key",
            "about_on",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "recommendation_code", "superseded_at", "organisation_id"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"))
    set_key: Mapped[str] = mapped_column(String(40))
    about_on: Mapped[date]
    version: Mapped[int]
    declaration: Mapped[str] = mapped_column(String(64))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
