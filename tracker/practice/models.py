"""Tables of good practice: what was published and who used it; help asked of the national body and its answers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type, new_id
from tracker.library.rules import EvaluationResult, Setting
from tracker.practice.rules import State

CURRENT = text("superseded_at IS NULL")


def _current(name: str) -> Index:
    return Index(
        name,
        "organisation_id",
        "entity_id",
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


class Practice(Versioned, Base):
    """One version of a practice. `evidence_ids`: items that the organisation shows to everybody who sees it.

    Proven is one with an evaluation that shows an effect: `method`, `sample`, `evaluated_on`, `result`, `finding`.
    """

    __tablename__ = "practices"
    __table_args__ = (
        _current("uq_practices_current"),
        Index(None, "state", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        ForeignKeyConstraint(["recommendation_code"], ["recommendations.code"]),
    )

    title: Mapped[str] = mapped_column(String(200))
    recommendation_code: Mapped[str] = mapped_column(String(16))
    setting: Mapped[Setting] = mapped_column(enum_type(Setting, "practice_setting"))
    what: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)
    effect_measure: Mapped[str] = mapped_column(Text)
    contact_role: Mapped[str] = mapped_column(String(200))
    evidence_ids: Mapped[list[str]] = mapped_column(JSON)
    method: Mapped[str] = mapped_column(Text)
    sample: Mapped[str] = mapped_column(Text)
    evaluated_on: Mapped[date | None]
    result: Mapped[EvaluationResult | None] = mapped_column(enum_type(EvaluationResult, "practice_result"))
    finding: Mapped[str] = mapped_column(Text)
    shared_locally_on: Mapped[date | None]
    shared_locally_how: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(enum_type(State, "practice_state"))
    state_reason: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class PracticeUse(Base):
    """That an organisation copied a published practice into an action of its own. Nothing is ever changed here."""

    __tablename__ = "practice_uses"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        ForeignKeyConstraint(["source_organisation_id"], ["organisations.id"]),
        Index(None, "source_organisation_id", "practice_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source_organisation_id: Mapped[UUID]
    practice_id: Mapped[UUID]
    practice_version: Mapped[int]
    recommendation_code: Mapped[str] = mapped_column(String(16))
    action_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]


class HelpRequest(Versioned, Base):
    """One version of a request for the national body's help; it may be about a practice."""

    __tablename__ = "help_requests"
    __table_args__ = (
        _current("uq_help_requests_current"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    recommendation_code: Mapped[str] = mapped_column(String(16))
    practice_id: Mapped[UUID | None]
    asked_on: Mapped[date]
    question: Mapped[str] = mapped_column(Text)
    taken_back_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class HelpAnswer(Versioned, Base):
    """One version of the national body's answer: its own row, on its own chain."""

    __tablename__ = "help_answers"
    __table_args__ = (
        _current("uq_help_answers_current"),
        Index(None, "asker_id", "request_id", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        ForeignKeyConstraint(["asker_id"], ["organisations.id"]),
    )

    asker_id: Mapped[UUID]
    request_id: Mapped[UUID]
    answered_on: Mapped[date]
    answer: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
