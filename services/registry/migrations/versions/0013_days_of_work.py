"""days of work"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("employment_spell", sa.Column("days", sa.Float(), nullable=True), schema="registry")


def downgrade() -> None:
    op.drop_column("employment_spell", "days", schema="registry")
