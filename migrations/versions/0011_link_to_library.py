"""Training on an organisation's list may be a resource of the national library: which, by its lasting code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Neither way rebuilds the table: both databases add and drop a column that nothing rests on.
    op.add_column("library_resources", sa.Column("national_code", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("library_resources", "national_code")
