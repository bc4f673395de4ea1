"""Tables of the register of incidents. Nothing here names a patient, and the day of an incident is not kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database import Base, Versioned, enum_type
from tracker.measures.incidents.rules import Framework, Resource, Response, Theme, Training

CURRENT = text("superseded_at IS NULL")


class Incident(Versioned, Base):
    """One version of an incident with its review; `month` is the first day of the month of the report.

    `removed_reason` set means taken out of the register; `text_checked`: somebody read again what looked like a
    patient's identifier, and said that it is none. `resource_code` is for the library.
    """

    __tablename__ = "incidents_register"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        # One current version of an incident: two writers at once cannot both win.
        Index(
            "uq_incidents_register_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index(None, "organisation_id", "superseded_at", "month"),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    version: Mapped[int]
    reference: Mapped[str] = mapped_column(String(60))
    framework: Mapped[Framework] = mapped_column(enum_type(Framework, "incident_framework"))
    response: Mapped[Response] = mapped_column(enum_type(Response, "incident_response"))
    month: Mapped[date]
    department: Mapped[str] = mapped_column(String(120))
    theme: Mapped[Theme] = mapped_column(enum_type(Theme, "incident_theme"))
    learning: Mapped[str] = mapped_column(Text)
    people_on: Mapped[date | None]
    department_on: Mapped[date | None]
    others_on: Mapped[date | None]
    resource: Mapped[Resource | None] = mapped_column(enum_type(Resource, "incident_resource"))
    resource_title: Mapped[str] = mapped_column(String(200))
    resource_code: Mapped[str | None] = mapped_column(String(40))
    training: Mapped[Training | None] = mapped_column(enum_type(Training, "incident_training"))
    training_text: Mapped[str] = mapped_column(Text)
    training_on: Mapped[date | None]
    no_change_because: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date | None]
    text_checked: Mapped[bool]
    removed_reason: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class Nil(Versioned, Base):
    """One version of a confirmation that there were none; `first` and `last` are first days of months."""

    __tablename__ = "incidents_nils"
    __table_args__ = (
        UniqueConstraint("organisation_id", "entity_id", "version"),
        Index(
            "uq_incidents_nils_current",
            "organisation_id",
            "entity_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
    )

    version: Mapped[int]
    first: Mapped[date]
    last: Mapped[date]
    confirmed_by: Mapped[str] = mapped_column(String(120))
    confirmed_name: Mapped[str] = mapped_column(String(200))
    confirmed_on: Mapped[date]
    removed_reason: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
