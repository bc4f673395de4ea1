"""Staff trained: the needs table, the numbers of a date by group of staff, the routes other than induction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CURRENT = sa.text("superseded_at IS NULL")
GROUPS = (
    "01-consultant", "01-specialty", "01-training", "02", "03", "04", "05", "06", "07", "08", "09", "10",
)  # fmt: skip
LEVELS = ("nothing", "awareness", "recognise", "manage")
NAMED = ("consultants", "specialty", "nursing", "allied", "support")
VERSIONED = ("coverage_needs", "coverage_positions", "coverage_routes")
LINES = ("coverage_need_lines", "coverage_counts", "coverage_route_lines")


def upgrade() -> None:
    _versioned(
        "coverage_needs",
        sa.Column("agreed_by", sa.String(length=200), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("interval_months", sa.Integer(), nullable=True),
        sa.Column("target_percent", sa.Integer(), nullable=True),
    )
    _versioned(
        "coverage_positions",
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=False),
        _choice("counted", "coverage_counted", "people", "assignments"),
        sa.Column("not_counted", sa.Text(), nullable=False),
        sa.Column("not_counted_about", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("number_right", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.UniqueConstraint(
            "organisation_id", "entity_id", "version",
            name=op.f("uq_coverage_positions_organisation_id_entity_id_version"),
        ),
        one_for="about_on",
    )  # fmt: skip
    _versioned("coverage_routes")
    _lines(
        "coverage_need_lines",
        "needs_id",
        "coverage_needs",
        _choice("group_code", "staff_group", *GROUPS),
        _choice("level", "training_level", *LEVELS),
        sa.Column("who", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "organisation_id", "needs_id", "group_code", "level", name="uq_coverage_need_lines"
        ),
    )
    _lines(
        "coverage_counts",
        "position_id",
        "coverage_positions",
        _choice("group_code", "staff_group", *GROUPS),
        _choice("level", "training_level", *LEVELS, nullable=True),
        sa.Column("in_post", sa.Integer(), nullable=False),
        sa.Column("in_date", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "in_date >= 0 AND in_date <= in_post", name=op.f("ck_coverage_counts_in_date_within_post")
        ),
    )
    op.create_index(
        op.f("ix_coverage_counts_organisation_id_position_id"),
        "coverage_counts",
        ["organisation_id", "position_id"],
    )
    _lines(
        "coverage_route_lines",
        "routes_id",
        "coverage_routes",
        _choice("named_group", "named_group", *NAMED),
        sa.Column("has_route", sa.Boolean(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.UniqueConstraint("organisation_id", "routes_id", "named_group", name="uq_coverage_route_lines"),
    )


def downgrade() -> None:
    for table in (*reversed(LINES), *reversed(VERSIONED)):
        op.drop_table(table)


def _choice(name: str, kind: str, *values: str, nullable: bool = False) -> sa.Column[Any]:
    words = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, words, nullable=nullable)


def _versioned(table: str, *columns: Any, one_for: str = "") -> None:
    """One current row for an organisation, or for each date of one."""
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f(f"fk_{table}_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
    )
    key = ["organisation_id", one_for] if one_for else ["organisation_id"]
    op.create_index(
        f"uq_{table}_current", table, key, unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        op.f(f"ix_{table}_organisation_id_recorded_at"), table, ["organisation_id", "recorded_at"]
    )


def _lines(table: str, parent_id: str, parent: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(parent_id, sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["organisation_id", parent_id],
            [f"{parent}.organisation_id", f"{parent}.id"],
            name=op.f(f"fk_{table}_organisation_id_{parent_id}"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
    )
