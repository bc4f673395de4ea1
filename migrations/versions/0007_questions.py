"""Answers to the questions of the catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions_answers",
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("set_key", sa.String(length=40), nullable=False),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_questions_answers_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_questions_answers_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_code"],
            ["recommendations.code"],
            name=op.f("fk_questions_answers_recommendation_code"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_questions_answers")),
        sa.UniqueConstraint(
            "organisation_id",
            "recommendation_code",
            "set_key",
            "version",
            name=op.f("uq_questions_answers_organisation_id_recommendation_code_set_key_version"),
        ),
    )
    op.create_index(
        op.f("ix_questions_answers_recommendation_code_superseded_at_organisation_id"),
        "questions_answers",
        ["recommendation_code", "superseded_at", "organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_questions_answers_current",
        "questions_answers",
        ["organisation_id", "recommendation_code", "set_key", "about_on"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_questions_answers_current",
        table_name="questions_answers",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(
        op.f("ix_questions_answers_recommendation_code_superseded_at_organisation_id"),
        table_name="questions_answers",
    )
    op.drop_table("questions_answers")
