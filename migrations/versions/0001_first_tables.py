"""The first tables: the audit trail, people, catalogue, organisations, evidence, progress, findings, exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.audit.triggers import POSTGRESQL, POSTGRESQL_DOWN, SQLITE

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_code", sa.String(length=100), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_actor_id"), "audit_events", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"], unique=False)
    op.create_index(
        op.f("ix_audit_events_chain_id_subject_kind_subject_code"),
        "audit_events",
        ["chain_id", "subject_kind", "subject_code"],
        unique=False,
    )
    op.create_table(
        "chain_heads",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "evidence_links",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_code", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_evidence_links")),
    )
    op.create_index(
        op.f("ix_evidence_links_organisation_id_item_id"),
        "evidence_links",
        ["organisation_id", "item_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evidence_links_organisation_id_subject_kind_subject_code_superseded_at"),
        "evidence_links",
        ["organisation_id", "subject_kind", "subject_code", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "icb_successions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_code", sa.String(length=10), nullable=False),
        sa.Column("successor_code", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_icb_successions")),
        sa.UniqueConstraint(
            "predecessor_code",
            "successor_code",
            "on",
            name=op.f("uq_icb_successions_predecessor_code_successor_code_on"),
        ),
    )
    op.create_table(
        "icbs",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("region_code", sa.String(length=10), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_icbs")),
    )
    op.create_table(
        "organisation_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_imports")),
        sa.UniqueConstraint(
            "as_at", "source_digest", name=op.f("uq_organisation_imports_as_at_source_digest")
        ),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nhs_trust",
                "national_body",
                "higher_education",
                "royal_college",
                "health_innovation_network",
                "care_provider",
                "other",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("absent_since", sa.Date(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
    )
    op.create_table(
        "regions",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )
    op.create_table(
        "reports",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("published", sa.String(length=10), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reports")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("throttle_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(
        op.f("ix_sign_in_failures_throttle_key_at"), "sign_in_failures", ["throttle_key", "at"], unique=False
    )
    op.create_table(
        "successions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_code", sa.String(length=10), nullable=False),
        sa.Column("successor_code", sa.String(length=10), nullable=False),
        sa.Column("predecessor_name", sa.String(length=200), nullable=False),
        sa.Column("successor_name", sa.String(length=200), nullable=False),
        sa.Column("predecessor_closed_on", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successions")),
        sa.UniqueConstraint(
            "predecessor_code",
            "successor_code",
            "on",
            name=op.f("uq_successions_predecessor_code_successor_code_on"),
        ),
    )
    op.create_index(op.f("ix_successions_successor_code"), "successions", ["successor_code"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "audit_private",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chain_id", "seq"],
            ["audit_events.chain_id", "audit_events.seq"],
            name=op.f("fk_audit_private_chain_id_seq"),
        ),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_audit_private")),
    )
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.PrimaryKeyConstraint("user_id", "path", name=op.f("pk_drafts")),
    )
    op.create_table(
        "evidence_files",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_evidence_files_added_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_files_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_evidence_files")),
        sa.UniqueConstraint(
            "organisation_id",
            "item_id",
            "revision",
            name=op.f("uq_evidence_files_organisation_id_item_id_revision"),
        ),
    )
    op.create_index(
        op.f("ix_evidence_files_organisation_id_sha256"),
        "evidence_files",
        ["organisation_id", "sha256"],
        unique=False,
    )
    op.create_table(
        "evidence_items",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "policy",
                "training_record",
                "slides",
                "minutes",
                "audit_report",
                "role_description",
                "rota",
                "photograph",
                "link",
                "other",
                name="evidence_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_evidence_items_author_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_evidence_items")),
    )
    op.create_index(
        op.f("ix_evidence_items_organisation_id_entity_id_superseded_at"),
        "evidence_items",
        ["organisation_id", "entity_id", "superseded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evidence_items_organisation_id_superseded_at"),
        "evidence_items",
        ["organisation_id", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "export_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("organisation_codes", sa.JSON(), nullable=False),
        sa.Column("recommendation_codes", sa.JSON(), nullable=False),
        sa.Column("cutoffs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_export_requests_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_requests")),
    )
    op.create_index(
        op.f("ix_export_requests_requested_by"), "export_requests", ["requested_by"], unique=False
    )
    op.create_table(
        "held_uploads",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_held_uploads_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_held_uploads_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_held_uploads")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "champion",
                "trust-lead",
                "national-lead",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(
        op.f("ix_memberships_organisation_id_superseded_at"),
        "memberships",
        ["organisation_id", "superseded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_memberships_user_id_superseded_at"),
        "memberships",
        ["user_id", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
    )
    op.create_table(
        "organisation_names",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_names_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_organisation_names")),
    )
    op.create_table(
        "organisation_places",
        sa.Column("region_code", sa.String(length=10), nullable=True),
        sa.Column("icb_code", sa.String(length=10), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_places_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_organisation_places")),
    )
    op.create_index(
        op.f("ix_organisation_places_icb_code"), "organisation_places", ["icb_code"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_places_region_code"), "organisation_places", ["region_code"], unique=False
    )
    op.create_table(
        "posted_forms",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_posted_forms_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_posted_forms")),
    )
    op.create_table(
        "recommendations",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("report_code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(length=4), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("short_title", sa.String(length=200), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("consider", sa.Boolean(), nullable=False),
        sa.Column("conditional", sa.Boolean(), nullable=False),
        sa.Column("not_applicable_allowed", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_code"], ["reports.code"], name=op.f("fk_recommendations_report_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_recommendations")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_sessions")),
    )
    op.create_index(op.f("ix_sign_in_sessions_user_id"), "sign_in_sessions", ["user_id"], unique=False)
    op.create_table(
        "progress_actions",
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_progress_actions_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_progress_actions_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_code"],
            ["recommendations.code"],
            name=op.f("fk_progress_actions_recommendation_code"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_progress_actions")),
    )
    op.create_index(
        op.f("ix_progress_actions_organisation_id_recommendation_code_superseded_at"),
        "progress_actions",
        ["organisation_id", "recommendation_code", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "progress_entries",
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "recorded",
                "lowered",
                "confirmed",
                "assured",
                name="progress_change",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum(
                "not_started",
                "in_progress",
                "delivered",
                "assured",
                "not_applicable",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum(
                "on_track",
                "at_risk",
                "off_track",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("evidence_due_on", sa.Date(), nullable=True),
        sa.Column("evidenced_on", sa.Date(), nullable=True),
        sa.Column("accountable_person", sa.String(length=200), nullable=False),
        sa.Column("lead_executive", sa.String(length=200), nullable=False),
        sa.Column("forum", sa.String(length=200), nullable=False),
        sa.Column("forum_on", sa.Date(), nullable=True),
        sa.Column("assured_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("delivered_version", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_progress_entries_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_progress_entries_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_code"],
            ["recommendations.code"],
            name=op.f("fk_progress_entries_recommendation_code"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_progress_entries")),
        sa.UniqueConstraint(
            "organisation_id",
            "recommendation_code",
            "version",
            name=op.f("uq_progress_entries_organisation_id_recommendation_code_version"),
        ),
    )
    op.create_index(
        op.f("ix_progress_entries_organisation_id_recorded_at"),
        "progress_entries",
        ["organisation_id", "recorded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_progress_entries_recommendation_code_delivery_superseded_at_organisation_id"),
        "progress_entries",
        ["recommendation_code", "delivery", "superseded_at", "organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_progress_entries_current",
        "progress_entries",
        ["organisation_id", "recommendation_code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "recommendation_kinds",
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["recommendation_code"],
            ["recommendations.code"],
            name=op.f("fk_recommendation_kinds_recommendation_code"),
        ),
        sa.PrimaryKeyConstraint("recommendation_code", "kind", name=op.f("pk_recommendation_kinds")),
    )
    op.create_table(
        "recommendation_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recommendation_code"],
            ["recommendations.code"],
            name=op.f("fk_recommendation_versions_recommendation_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_versions")),
    )
    op.create_index(
        op.f("ix_recommendation_versions_recommendation_code_superseded_at"),
        "recommendation_versions",
        ["recommendation_code", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "findings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_code", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "verified",
                "overturned",
                "reason_accepted",
                "reason_refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column(
            "author_role",
            sa.Enum(
                "champion",
                "trust-lead",
                "national-lead",
                "auditor",
                "administrator",
                name="author_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_findings_author_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["progress_entries.organisation_id", "progress_entries.id"],
            name=op.f("fk_findings_organisation_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_code"], ["recommendations.code"], name=op.f("fk_findings_recommendation_code")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_findings")),
    )
    op.create_index(
        op.f("ix_findings_organisation_id_recommendation_code_recorded_at"),
        "findings",
        ["organisation_id", "recommendation_code", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "progress_relied_on",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["progress_entries.organisation_id", "progress_entries.id"],
            name=op.f("fk_progress_relied_on_organisation_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_progress_relied_on")),
    )
    op.create_index(
        op.f("ix_progress_relied_on_organisation_id_entry_id"),
        "progress_relied_on",
        ["organisation_id", "entry_id"],
        unique=False,
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_progress_relied_on_organisation_id_entry_id"), table_name="progress_relied_on")
    op.drop_table("progress_relied_on")
    op.drop_index(op.f("ix_findings_organisation_id_recommendation_code_recorded_at"), table_name="findings")
    op.drop_table("findings")
    op.drop_index(
        op.f("ix_recommendation_versions_recommendation_code_superseded_at"),
        table_name="recommendation_versions",
    )
    op.drop_table("recommendation_versions")
    op.drop_table("recommendation_kinds")
    op.drop_index(
        "uq_progress_entries_current",
        table_name="progress_entries",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(
        op.f("ix_progress_entries_recommendation_code_delivery_superseded_at_organisation_id"),
        table_name="progress_entries",
    )
    op.drop_index(op.f("ix_progress_entries_organisation_id_recorded_at"), table_name="progress_entries")
    op.drop_table("progress_entries")
    op.drop_index(
        op.f("ix_progress_actions_organisation_id_recommendation_code_superseded_at"),
        table_name="progress_actions",
    )
    op.drop_table("progress_actions")
    op.drop_index(op.f("ix_sign_in_sessions_user_id"), table_name="sign_in_sessions")
    op.drop_table("sign_in_sessions")
    op.drop_table("recommendations")
    op.drop_table("posted_forms")
    op.drop_index(op.f("ix_organisation_places_region_code"), table_name="organisation_places")
    op.drop_index(op.f("ix_organisation_places_icb_code"), table_name="organisation_places")
    op.drop_table("organisation_places")
    op.drop_table("organisation_names")
    op.drop_table("one_time_links")
    op.drop_index(op.f("ix_memberships_user_id_superseded_at"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_organisation_id_superseded_at"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("held_uploads")
    op.drop_index(op.f("ix_export_requests_requested_by"), table_name="export_requests")
    op.drop_table("export_requests")
    op.drop_index(op.f("ix_evidence_items_organisation_id_superseded_at"), table_name="evidence_items")
    op.drop_index(
        op.f("ix_evidence_items_organisation_id_entity_id_superseded_at"), table_name="evidence_items"
    )
    op.drop_table("evidence_items")
    op.drop_index(op.f("ix_evidence_files_organisation_id_sha256"), table_name="evidence_files")
    op.drop_table("evidence_files")
    op.drop_table("drafts")
    op.drop_table("audit_private")
    op.drop_table("users")
    op.drop_index(op.f("ix_successions_successor_code"), table_name="successions")
    op.drop_table("successions")
    op.drop_index(op.f("ix_sign_in_failures_throttle_key_at"), table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_table("reports")
    op.drop_table("regions")
    op.drop_table("organisations")
    op.drop_table("organisation_imports")
    op.drop_table("icbs")
    op.drop_table("icb_successions")
    op.drop_index(
        op.f("ix_evidence_links_organisation_id_subject_kind_subject_code_superseded_at"),
        table_name="evidence_links",
    )
    op.drop_index(op.f("ix_evidence_links_organisation_id_item_id"), table_name="evidence_links")
    op.drop_table("evidence_links")
    op.drop_table("chain_heads")
    op.drop_index(op.f("ix_audit_events_chain_id_subject_kind_subject_code"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_at"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_actor_id"), table_name="audit_events")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL_DOWN:
            op.execute(statement)
