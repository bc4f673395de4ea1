"""Tables of organisations, their dated names and places, regions, ICBs and successions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.catalogue.rules import OrganisationKind
from tracker.database import Base, enum_type, new_id


class Organisation(Base):
    """An organisation. `code` is its ODS code: opaque text.

    `absent_since`: not in the newest file, cause unknown. `last_seen_on`: the latest as-at date of a file that named
    it; None when it was entered by hand, and then no file can miss it. `closed_on` is its last day open.
    """

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind, "organisation_kind"))
    country: Mapped[str] = mapped_column(String(20), default="England")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    absent_since: Mapped[date | None]
    last_seen_on: Mapped[date | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class _Dated:
    """A period in which something was so; `valid_until` is the first day on which it no longer was."""

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class OrganisationName(_Dated, Base):
    """What an organisation was called in a period, as filed; `rules.display_name` words it for people."""

    __tablename__ = "organisation_names"

    name: Mapped[str] = mapped_column(String(200))


class OrganisationPlace(_Dated, Base):
    """The region and integrated care board that an organisation belonged to in a period; either may be unknown."""

    __tablename__ = "organisation_places"
    __table_args__ = (Index(None, "region_code"), Index(None, "icb_code"))

    region_code: Mapped[str | None] = mapped_column(String(10))
    icb_code: Mapped[str | None] = mapped_column(String(10))


class OrganisationImport(Base):
    """A file that was imported, and the day from which it counts; its rows are in the dated rows of organisations."""

    __tablename__ = "organisation_imports"
    __table_args__ = (UniqueConstraint("as_at", "source_digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    as_at: Mapped[date]
    source_digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class Region(Base):
    """An NHS England region; a retired code without a known name is shown as `Y54 (retired)`."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))
    demonstration: Mapped[bool] = mapped_column(default=False)


class Icb(Base):
    """An integrated care board."""

    __tablename__ = "icbs"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))
    region_code: Mapped[str | None] = mapped_column(String(10))
    demonstration: Mapped[bool] = mapped_column(default=False)


class IcbSuccession(Base):
    """Which board became which, and when."""

    __tablename__ = "icb_successions"
    __table_args__ = (UniqueConstraint("predecessor_code", "successor_code", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    predecessor_code: Mapped[str] = mapped_column(String(10))
    successor_code: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(60))


class Succession(Base):
    """Which organisation's duties passed to which, from the day `on`; codes, for either may be outside the tracker.

    `predecessor_closed_on` is the predecessor's last day, mostly the day before.
    """

    __tablename__ = "successions"
    __table_args__ = (
        UniqueConstraint("predecessor_code", "successor_code", "on"),
        Index(None, "successor_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    predecessor_code: Mapped[str] = mapped_column(String(10))
    successor_code: Mapped[str] = mapped_column(String(10))
    predecessor_name: Mapped[str] = mapped_column(String(200))
    successor_name: Mapped[str] = mapped_column(String(200))
    predecessor_closed_on: Mapped[date]
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(60))
