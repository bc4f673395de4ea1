"""Tables of people, their roles, their sessions and what they had half typed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.access.permissions import Role
from tracker.database import Base, enum_type, new_id


class User(Base):
    """A person who may sign in. `email` is stored in lower case."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """One version of a role held by a person: in an organisation, or national when none is named."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(None, "user_id", "superseded_at"),
        Index(None, "organisation_id", "superseded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entity_id: Mapped[UUID] = mapped_column(default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    starts_on: Mapped[date]
    until: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class SignInSession(Base):
    """A signed-in browser. The cookie holds a random 256-bit token, this row only its SHA-256."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed attempt, counted for an account and for an address; keys are digests, never the e-mail itself."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "throttle_key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    throttle_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class OneTimeLink(Base):
    """An invitation or a way back in, given by hand; only its SHA-256 is kept."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Draft(Base):
    """What a person had typed into a form and not yet saved: theirs alone, one for each page."""

    __tablename__ = "drafts"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


class PostedForm(Base):
    """The idempotency key of a form that was saved, and where its answer led."""

    __tablename__ = "posted_forms"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
