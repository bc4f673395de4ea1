"""Guidelines, and an organisation's own training resources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guidelines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "guideline",
                "definition",
                name="guideline_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("counts_from", sa.Date(), nullable=True),
        sa.Column("recheck_by", sa.Date(), nullable=True),
        sa.Column("populations", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_guidelines_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidelines")),
    )
    op.create_index(
        "uq_guidelines_current",
        "guidelines",
        ["entity_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "library_resources",
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "online",
                "session",
                "simulation",
                "slides",
                "video",
                "print",
                "app",
                "other",
                name="resource_format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "own",
                "national",
                name="resource_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("staff_groups", sa.JSON(), nullable=False),
        sa.Column(
            "setting",
            sa.Enum(
                "hospital",
                "community",
                "primary_care",
                "ambulance",
                "mental_health",
                "care_home",
                "education",
                "any",
                name="resource_setting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "patients",
            sa.Enum(
                "adults",
                "children",
                "pregnant",
                "adults_and_children",
                "all",
                name="resource_patients",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column(
            "discussed",
            sa.Enum(
                "teaching",
                "simulation",
                "supervisor",
                "not_possible",
                "not_yet",
                name="resource_discussed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("discussed_on", sa.Date(), nullable=True),
        sa.Column("discussed_by", sa.Integer(), nullable=True),
        sa.Column("not_possible_because", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.Column("resistance", sa.Boolean(), nullable=True),
        sa.Column("stewardship", sa.Boolean(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_library_resources_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_resources_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_resources")),
        sa.UniqueConstraint(
            "organisation_id",
            "entity_id",
            "version",
            name=op.f("uq_library_resources_organisation_id_entity_id_version"),
        ),
    )
    op.create_index(
        op.f("ix_library_resources_organisation_id_superseded_at"),
        "library_resources",
        ["organisation_id", "superseded_at"],
        unique=False,
    )
    op.create_index(
        "uq_library_resources_current",
        "library_resources",
        ["organisation_id", "entity_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_library_resources_current",
        table_name="library_resources",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_library_resources_organisation_id_superseded_at"), table_name="library_resources")
    op.drop_table("library_resources")
    op.drop_index(
        "uq_guidelines_current",
        table_name="guidelines",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("guidelines")
