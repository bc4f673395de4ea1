"""Champions: decisions, models, departments, people in post, reviews, hand-overs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CURRENT = sa.text("superseded_at IS NULL")
TABLES = (
    "champions_decisions",
    "champions_models",
    "champions_departments",
    "champions_posts",
    "champions_reviews",
    "champions_handovers",
)


def upgrade() -> None:
    _create(
        "champions_decisions",
        sa.Column("considered_on", sa.Date(), nullable=False),
        sa.Column("forum", sa.String(length=200), nullable=False),
        _choice("decision", "adopt", "adapt", "not_now", "no"),
        sa.Column("reason", sa.Text(), nullable=False),
        single=True,
    )
    _create(
        "champions_models",
        _choice("arrangement", "each_department", "rotating", "lead_and_link", "other"),
        sa.Column("rotation_months", sa.Integer(), nullable=True),
        sa.Column("posts_planned", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        single=True,
    )
    _create(
        "champions_departments",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
    )
    _create(
        "champions_posts",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("profession", sa.String(length=100), nullable=False),
        _choice("part", "champion", "lead", "link"),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("deputy_name", sa.String(length=200), nullable=False),
        sa.Column("deputy_profession", sa.String(length=100), nullable=False),
        sa.Column("owns", sa.Boolean(), nullable=False),
        sa.Column("maintains", sa.Boolean(), nullable=False),
        sa.Column("monitors", sa.Boolean(), nullable=False),
        _choice("overlap", "handover", "shared", nullable=True),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
    )
    op.create_index(
        op.f("ix_champions_posts_organisation_id_department_id"),
        "champions_posts",
        ["organisation_id", "department_id"],
    )
    _create(
        "champions_reviews",
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("forum", sa.String(length=200), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
    )
    _create(
        "champions_handovers",
        sa.Column("leaver_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("role_ended_on", sa.Date(), nullable=True),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create(table: str, *columns: sa.Column, single: bool = False) -> None:
    """A table of versions; `single`: of one thing for each organisation, otherwise of many."""
    thing = [] if single else ["entity_id"]
    named = "_".join(["organisation_id", *thing, "version"])
    op.create_table(
        table,
        *columns,
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
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
        sa.UniqueConstraint("organisation_id", *thing, "version", name=op.f(f"uq_{table}_{named}")),
    )
    op.create_index(
        f"uq_{table}_current",
        table,
        ["organisation_id", *thing],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def _choice(name: str, *values: str, nullable: bool = False) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)
