"""Good practice that organisations publish, and help asked of the national body."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_answers",
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["organisations.id"], name=op.f("fk_help_answers_asker_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_help_answers_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_help_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_help_answers")),
    )
    with op.batch_alter_table("help_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_help_answers_asker_id_request_id_superseded_at"),
            ["asker_id", "request_id", "superseded_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_help_answers_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "help_requests",
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("taken_back_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_help_requests_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_help_requests_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_help_requests")),
    )
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.create_index(
            "uq_help_requests_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "practice_uses",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("practice_version", sa.Integer(), nullable=False),
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_practice_uses_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_practice_uses_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_practice_uses_source_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_practice_uses")),
    )
    with op.batch_alter_table("practice_uses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_uses_source_organisation_id_practice_id"),
            ["source_organisation_id", "practice_id"],
            unique=False,
        )

    op.create_table(
        "practices",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
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
                name="practice_setting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("effect_measure", sa.Text(), nullable=False),
        sa.Column("contact_role", sa.String(length=200), nullable=False),
        sa.Column("evidence_ids", sa.JSON(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "shows_effect",
                "unclear",
                "no_effect",
                name="practice_result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("shared_locally_on", sa.Date(), nullable=True),
        sa.Column("shared_locally_how", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "returned",
                "published",
                "withdrawn",
                name="practice_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_practices_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_practices_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_code"], ["recommendations.code"], name=op.f("fk_practices_recommendation_code")
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["users.id"], name=op.f("fk_practices_reviewed_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_practices_sent_by")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_practices")),
    )
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practices_state_superseded_at"), ["state", "superseded_at"], unique=False
        )
        batch_op.create_index(
            "uq_practices_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_practices_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_practices_state_superseded_at"))

    op.drop_table("practices")
    with op.batch_alter_table("practice_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practice_uses_source_organisation_id_practice_id"))

    op.drop_table("practice_uses")
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_help_requests_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("help_requests")
    with op.batch_alter_table("help_answers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_help_answers_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_help_answers_asker_id_request_id_superseded_at"))

    op.drop_table("help_answers")
