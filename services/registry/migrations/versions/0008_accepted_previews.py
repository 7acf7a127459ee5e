"""A preview knows the import that took its good rows in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worker_import", sa.Column("taken_as", sa.Uuid(), nullable=True), schema="registry")


def downgrade() -> None:
    op.drop_column("worker_import", "taken_as", schema="registry")
