"""Tables that the report files are projected into."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, new_id


class Report(Base):
    """A published report whose recommendations are tracked. `details` holds groups, themes and thresholds."""

    __tablename__ = "reports"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(String(200))
    published: Mapped[str] = mapped_column(String(10))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Recommendation(Base):
    """A recommendation as it stands in the catalogue now; a withdrawn one is retired, never deleted."""

    __tablename__ = "recommendations"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    report_code: Mapped[str] = mapped_column(ForeignKey("reports.code"))
    number: Mapped[int]
    group_code: Mapped[str] = mapped_column(String(4))
    text: Mapped[str] = mapped_column(Text)
    text_digest: Mapped[str] = mapped_column(String(64))
    short_title: Mapped[str] = mapped_column(String(200))
    plain: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(String(60))
    measure: Mapped[str] = mapped_column(String(40))
    consider: Mapped[bool]
    conditional: Mapped[bool]
    not_applicable_allowed: Mapped[bool]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    retired_at: Mapped[datetime | None]


class RecommendationKind(Base):
    """A kind of organisation that owes an answer to a recommendation."""

    __tablename__ = "recommendation_kinds"

    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)


class RecommendationVersion(Base):
    """Every state that a recommendation has had, so that a bundle can carry the catalogue of its day."""

    __tablename__ = "recommendation_versions"
    __table_args__ = (Index(None, "recommendation_code", "superseded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
