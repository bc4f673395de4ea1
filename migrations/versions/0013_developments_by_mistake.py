"""New training that was announced by mistake has the reason why; on the way down it counts again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is there was no mistake. SQLite keeps the default, for to drop it the table would be rebuilt.
    column = sa.Column("mistaken_reason", sa.Text(), server_default="", nullable=False)
    op.add_column("library_developments", column)
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("library_developments", "mistaken_reason", server_default=None)


def downgrade() -> None:
    op.drop_column("library_developments", "mistaken_reason")
