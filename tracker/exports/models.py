"""Table of export requests: what was asked, and the point in each chain at which it was cut off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, new_id


class ExportRequest(Base):
    """A saved request. The same request gives the same bytes, any number of times.

    `cutoffs` maps a chain id to `{"seq": …, "hash": …}` as they stood when the request was saved.
    """

    __tablename__ = "export_requests"
    __table_args__ = (Index(None, "requested_by"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    as_at: Mapped[date]
    organisation_codes: Mapped[list[str]] = mapped_column(JSON)
    recommendation_codes: Mapped[list[str]] = mapped_column(JSON)
    cutoffs: Mapped[dict[str, Any]] = mapped_column(JSON)
