"""Whose a resource of the national library is, as the national lead recorded it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = "fk_national_resources_owner_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # With its key in the column's own words no table is rebuilt, and no check or trigger is lost.
        op.execute(
            f"ALTER TABLE national_resources ADD COLUMN owner_id CHAR(32) CONSTRAINT {_KEY} REFERENCES organisations (id)"
        )
        return
    op.add_column("national_resources", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f(_KEY), "national_resources", "organisations", ["owner_id"], ["id"])


def downgrade() -> None:
    op.drop_column("national_resources", "owner_id")
