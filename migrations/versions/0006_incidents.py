"""Learning from incidents: the register of incidents with their reviews, and confirmations that there were none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CURRENT = sa.text("superseded_at IS NULL")
THEMES = (
    "recognising", "screening", "escalating", "antibiotics", "tests", "fluids", "handover", "follow_up", "other",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "incidents_register",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("framework", _choice("incident_framework", "psirf", "sif"), nullable=False),
        sa.Column(
            "response",
            _choice("incident_response", "psii", "after_action", "swarm", "mdt", "thematic", "root_cause"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("department", sa.String(length=120), nullable=False),
        sa.Column("theme", _choice("incident_theme", *THEMES), nullable=False),
        sa.Column("learning", sa.Text(), nullable=False),
        sa.Column("people_on", sa.Date(), nullable=True),
        sa.Column("department_on", sa.Date(), nullable=True),
        sa.Column("others_on", sa.Date(), nullable=True),
        sa.Column("resource", _choice("incident_resource", "national", "own", "none"), nullable=True),
        sa.Column("resource_title", sa.String(length=200), nullable=False),
        sa.Column("resource_code", sa.String(length=40), nullable=True),
        sa.Column("training", _choice("incident_training", "changed", "no_change"), nullable=True),
        sa.Column("training_text", sa.Text(), nullable=False),
        sa.Column("training_on", sa.Date(), nullable=True),
        sa.Column("no_change_because", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("text_checked", sa.Boolean(), nullable=False),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        *_common("incidents_register"),
    )
    op.create_index(
        op.f("ix_incidents_register_organisation_id_superseded_at_month"),
        "incidents_register",
        ["organisation_id", "superseded_at", "month"],
        unique=False,
    )
    _one_current("incidents_register")
    op.create_table(
        "incidents_nils",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("confirmed_name", sa.String(length=200), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        *_common("incidents_nils"),
    )
    _one_current("incidents_nils")


def downgrade() -> None:
    op.drop_table("incidents_nils")
    op.drop_table("incidents_register")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _common(table: str) -> list[sa.SchemaItem]:
    return [
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f(f"fk_{table}_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "organisation_id",
            "entity_id",
            "version",
            name=op.f(f"uq_{table}_organisation_id_entity_id_version"),
        ),
    ]


def _one_current(table: str) -> None:
    op.create_index(
        f"uq_{table}_current",
        table,
        ["organisation_id", "entity_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
