"""Tables of staff trained: the needs table, the numbers of a date, and the routes other than induction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type, new_id
from tracker.measures.coverage.rules import Counted, Group, Level, Named

CURRENT = text("superseded_at IS NULL")


class CoverageNeeds(Versioned, Base):
    """One version of an organisation's needs table; its lines are `CoverageNeedLine`."""

    __tablename__ = "coverage_needs"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        # One table for an organisation: two writers at once cannot both win.
        Index(
            "uq_coverage_needs_current", "organisation_id", unique=True,
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
        Index(None, "organisation_id", "recorded_at"),
    )  # fmt: skip

    version: Mapped[int]
    agreed_by: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date | None]
    review_on: Mapped[date | None]
    interval_months: Mapped[int | None]
    target_percent: Mapped[int | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class CoverageNeedLine(Base):
    """A level that people of a group need, in one version of the table."""

    __tablename__ = "coverage_need_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "needs_id"], ["coverage_needs.organisation_id", "coverage_needs.id"]
        ),
        UniqueConstraint("organisation_id", "needs_id", "group_code", "level", name="uq_coverage_need_lines"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    needs_id: Mapped[UUID]
    group_code: Mapped[Group] = mapped_column(enum_type(Group, "staff_group"))
    level: Mapped[Level] = mapped_column(enum_type(Level, "training_level"))
    who: Mapped[str] = mapped_column(Text)


class CoveragePosition(Versioned, Base):
    """One version of the numbers of a date; `entity_id` is the date's. Its lines are `CoverageCount`."""

    __tablename__ = "coverage_positions"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        # The same date twice is a new version, never a second row beside the first.
        Index(
            "uq_coverage_positions_current", "organisation_id", "about_on", unique=True,
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
        UniqueConstraint("organisation_id", "entity_id", "version"),
        Index(None, "organisation_id", "recorded_at"),
    )  # fmt: skip

    version: Mapped[int]
    about_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    interval_months: Mapped[int]
    counted: Mapped[Counted] = mapped_column(enum_type(Counted, "coverage_counted"))
    not_counted: Mapped[str] = mapped_column(Text)
    not_counted_about: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    imported: Mapped[bool]
    number_right: Mapped[bool]
    # The report that the numbers come from, as an item of evidence.
    evidence_id: Mapped[UUID | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class CoverageCount(Base):
    """A line of the grid in one version of the numbers; without a level nobody has said yet what is needed."""

    __tablename__ = "coverage_counts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "position_id"],
            ["coverage_positions.organisation_id", "coverage_positions.id"],
        ),
        CheckConstraint("in_date >= 0 AND in_date <= in_post", name="in_date_within_post"),
        Index(None, "organisation_id", "position_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    position_id: Mapped[UUID]
    group_code: Mapped[Group] = mapped_column(enum_type(Group, "staff_group"))
    level: Mapped[Level | None] = mapped_column(enum_type(Level, "training_level"))
    in_post: Mapped[int]
    in_date: Mapped[int]


class CoverageRoutes(Versioned, Base):
    """One version of what an organisation says of the five named groups; its lines are `CoverageRoute`."""

    __tablename__ = "coverage_routes"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        Index(
            "uq_coverage_routes_current", "organisation_id", unique=True,
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
        Index(None, "organisation_id", "recorded_at"),
    )  # fmt: skip

    version: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class CoverageRoute(Base):
    """Whether one of the five named groups has a route other than induction, and what it is."""

    __tablename__ = "coverage_route_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "routes_id"], ["coverage_routes.organisation_id", "coverage_routes.id"]
        ),
        UniqueConstraint("organisation_id", "routes_id", "named_group", name="uq_coverage_route_lines"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    routes_id: Mapped[UUID]
    named_group: Mapped[Named] = mapped_column(enum_type(Named, "named_group"))
    has_route: Mapped[bool]
    what: Mapped[str] = mapped_column(Text)
