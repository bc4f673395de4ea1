"""Table of findings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.access.permissions import Role
from tracker.assurance.rules import Outcome
from tracker.database import Base, enum_type, new_id


class Finding(Base):
    """What a national lead or an auditor found about the position that an entry holds."""

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "entry_id"], ["progress_entries.organisation_id", "progress_entries.id"]
        ),
        Index(None, "organisation_id", "recommendation_code", "recorded_at"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recommendation_code: Mapped[str] = mapped_column(ForeignKey("recommendations.code"))
    entry_id: Mapped[UUID]
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome, "outcome"))
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    author_role: Mapped[Role] = mapped_column(enum_type(Role, "author_role"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    withdrawn_note: Mapped[str | None] = mapped_column(String(500))
