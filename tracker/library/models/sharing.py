"""Tables of dissemination: who shared which resource, and which organisations are a network's members."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.library.rules.sharing import Channel

CURRENT = text("superseded_at IS NULL")


class Share(Versioned, Base):
    """One version of a share: an organisation told its people, or a network its members, about a resource.

    `resource_id` is the lasting id of a national resource. A share that was entered by mistake has a reason.
    """

    __tablename__ = "library_shares"
    __table_args__ = (
        Index(
            "uq_library_shares_current",
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
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, "share_channel"))
    channel_words: Mapped[str] = mapped_column(String(200))
    shared_on: Mapped[date]
    link: Mapped[str] = mapped_column(String(500))
    evidence_id: Mapped[UUID | None]
    reached: Mapped[int | None]
    reached_basis: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    mistaken_reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]


class ShareMember(Base):
    """A member for which a network recorded a share; `share_row_id` is the row of one version of the share."""

    __tablename__ = "library_share_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "share_row_id"], ["library_shares.organisation_id", "library_shares.id"]
        ),
        ForeignKeyConstraint(["member_id"], ["organisations.id"]),
        Index(None, "member_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    share_row_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)


class NetworkMember(Versioned, Base):
    """That an organisation is a member of a network, from a day until a day."""

    __tablename__ = "library_network_members"
    __table_args__ = (
        Index(
            "uq_library_network_members_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "member_id", "superseded_at"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        ForeignKeyConstraint(["member_id"], ["organisations.id"]),
    )

    member_id: Mapped[UUID]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
