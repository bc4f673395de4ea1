"""Tables of champions: the decision, the model, departments in scope, people in post, reviews, hand-overs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.measures.champions.rules import Arrangement, Decision, Overlap, Part

CURRENT = text("superseded_at IS NULL")


def _one_current(table: str, *columns: str) -> Index:
    """One current version of a thing: two writers at once cannot both win."""
    return Index(
        f"uq_{table}_current",
        "organisation_id",
        *columns,
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


class ChampionDecision(Versioned, Base):
    """What was decided about having champions; one for an organisation, its versions the history."""

    __tablename__ = "champions_decisions"
    __table_args__ = (
        UniqueConstraint("organisation_id", "version"),
        _one_current("champions_decisions"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    considered_on: Mapped[date]
    forum: Mapped[str] = mapped_column(String(200))
    decision: Mapped[Decision] = mapped_column(enum_type(Decision, "decision"))
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ChampionModel(Versioned, Base):
    """How the role is arranged; one for an organisation."""

    __tablename__ = "champions_models"
    __table_args__ = (
        UniqueConstraint("organisation_id", "version"),
        _one_current("champions_models"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    arrangement: Mapped[Arrangement] = mapped_column(enum_type(Arrangement, "arrangement"))
    rotation_months: Mapped[int | None]
    posts_planned: Mapped[int | None]
    description: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ChampionDepartment(Versioned, Base):
    """A department or site that is to have a champion; `mistaken`: entered by mistake, and out of the register."""

    __tablename__ = "champions_departments"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        _one_current("champions_departments", "entity_id"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    name: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    mistaken: Mapped[bool]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ChampionPost(Versioned, Base):
    """Somebody in the role, with a deputy; `department_id` is the department that stands under that id."""

    __tablename__ = "champions_posts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        _one_current("champions_posts", "entity_id"),
        Index(None, "organisation_id", "department_id"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    name: Mapped[str] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(100))
    part: Mapped[Part] = mapped_column(enum_type(Part, "part"))
    department_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    deputy_name: Mapped[str] = mapped_column(String(200))
    deputy_profession: Mapped[str] = mapped_column(String(100))
    owns: Mapped[bool]
    maintains: Mapped[bool]
    monitors: Mapped[bool]
    overlap: Mapped[Overlap | None] = mapped_column(enum_type(Overlap, "overlap"))
    mistaken: Mapped[bool]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ChampionReview(Versioned, Base):
    """A meeting that looked at whether champions make a difference."""

    __tablename__ = "champions_reviews"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        _one_current("champions_reviews", "entity_id"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    reviewed_on: Mapped[date]
    forum: Mapped[str] = mapped_column(String(200))
    found: Mapped[str] = mapped_column(Text)
    mistaken: Mapped[bool]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ChampionHandover(Versioned, Base):
    """Who followed whom, and what that leaves to the trust lead until somebody says that it is done."""

    __tablename__ = "champions_handovers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        _one_current("champions_handovers", "entity_id"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    leaver_id: Mapped[UUID]
    successor_id: Mapped[UUID]
    last_day: Mapped[date]
    first_day: Mapped[date]
    invited_on: Mapped[date | None]
    role_ended_on: Mapped[date | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
