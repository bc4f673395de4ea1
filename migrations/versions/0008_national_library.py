"""The national library, who shared what, how much it is used, whether it works, and what is being made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_link_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_link_checks")),
    )
    with op.batch_alter_table("library_link_checks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_link_checks_resource_id_checked_at"),
            ["resource_id", "checked_at"],
            unique=False,
        )

    op.create_table(
        "library_developments",
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "reach",
            sa.Enum(
                "national",
                "local",
                name="development_reach",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("funder", sa.Text(), nullable=False),
        sa.Column("developer", sa.Text(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "planned",
                "under_way",
                "finished",
                "stopped",
                name="development_stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("overlap_with", sa.Text(), nullable=False),
        sa.Column("overlap_found_on", sa.Date(), nullable=True),
        sa.Column("overlap_settled_on", sa.Date(), nullable=True),
        sa.Column("overlap_settlement", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_library_developments_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_developments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_developments")),
    )
    with op.batch_alter_table("library_developments", schema=None) as batch_op:
        batch_op.create_index(
            "uq_library_developments_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "library_evaluations",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "shows_effect",
                "unclear",
                "no_effect",
                name="evaluation_result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("mistaken_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_library_evaluations_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_evaluations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_evaluations")),
    )
    with op.batch_alter_table("library_evaluations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_evaluations_resource_id_superseded_at"),
            ["resource_id", "superseded_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_library_evaluations_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "library_network_members",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_library_network_members_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["organisations.id"], name=op.f("fk_library_network_members_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_network_members_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_network_members")),
    )
    with op.batch_alter_table("library_network_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_network_members_member_id_superseded_at"),
            ["member_id", "superseded_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_library_network_members_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "library_shares",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "newsletter",
                "intranet",
                "website",
                "email",
                "team_meeting",
                "induction",
                "social_media",
                "other",
                name="share_channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("channel_words", sa.String(length=200), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("reached_basis", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("mistaken_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_library_shares_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_shares_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_shares")),
    )
    with op.batch_alter_table("library_shares", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_shares_resource_id_superseded_at"),
            ["resource_id", "superseded_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_library_shares_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "library_usage",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column(
            "counted",
            sa.Enum(
                "completions",
                "views",
                "downloads",
                name="usage_counted",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=True),
        sa.Column("rated_useful", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("mistaken_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_library_usage_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_library_usage_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_library_usage")),
    )
    with op.batch_alter_table("library_usage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_usage_resource_id_superseded_at"),
            ["resource_id", "superseded_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_library_usage_current",
            ["organisation_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "national_resources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "resource", "page", name="national_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("section", sa.String(length=100), nullable=False),
        sa.Column("from_source", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "hee_elearning",
                "local",
                "not_stated",
                name="national_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("session_code", sa.String(length=40), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "e_learning",
                "video",
                "interactive_film",
                "podcast",
                "board_game",
                "session",
                "document",
                "web_page",
                "other",
                name="national_format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("format_words", sa.String(length=100), nullable=False),
        sa.Column("audience_words", sa.Text(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("is_interactive", sa.Boolean(), nullable=False),
        sa.Column(
            "endorsement",
            sa.Enum(
                "made",
                "endorsed",
                "neither",
                name="national_endorsement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("serves", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("funder", sa.Text(), nullable=False),
        sa.Column("developer", sa.Text(), nullable=False),
        sa.Column("funding_note", sa.Text(), nullable=False),
        sa.Column("funding_checked_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_national_resources_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_resources")),
    )
    with op.batch_alter_table("national_resources", schema=None) as batch_op:
        batch_op.create_index(
            "uq_national_resources_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.create_index(
            "uq_national_resources_current",
            ["entity_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "library_share_members",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("share_row_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["organisations.id"], name=op.f("fk_library_share_members_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "share_row_id"],
            ["library_shares.organisation_id", "library_shares.id"],
            name=op.f("fk_library_share_members_organisation_id_share_row_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "share_row_id", "member_id", name=op.f("pk_library_share_members")
        ),
    )
    with op.batch_alter_table("library_share_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_share_members_member_id"), ["member_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("library_share_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_share_members_member_id"))

    op.drop_table("library_share_members")
    with op.batch_alter_table("national_resources", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_national_resources_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_national_resources_code",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("national_resources")
    with op.batch_alter_table("library_usage", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_usage_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_library_usage_resource_id_superseded_at"))

    op.drop_table("library_usage")
    with op.batch_alter_table("library_shares", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_shares_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_library_shares_resource_id_superseded_at"))

    op.drop_table("library_shares")
    with op.batch_alter_table("library_network_members", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_network_members_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_library_network_members_member_id_superseded_at"))

    op.drop_table("library_network_members")
    with op.batch_alter_table("library_evaluations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_evaluations_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_library_evaluations_resource_id_superseded_at"))

    op.drop_table("library_evaluations")
    with op.batch_alter_table("library_developments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_developments_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("library_developments")
    with op.batch_alter_table("library_link_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_link_checks_resource_id_checked_at"))

    op.drop_table("library_link_checks")
