"""fairness of a run"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "matching", sa.Column("fairness", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="postings"
    )


def downgrade() -> None:
    op.drop_column("matching", "fairness", schema="postings")
