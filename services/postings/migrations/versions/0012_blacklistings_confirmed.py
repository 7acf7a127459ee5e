"""blacklistings confirmed by a second person"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "blacklisting", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True), schema="postings"
    )
    op.add_column("blacklisting", sa.Column("confirmed_by", sa.String(), nullable=True), schema="postings")
    # What was decided before a second person was asked for stays in force.
    op.execute("UPDATE postings.blacklisting SET confirmed_at = blocked_at, confirmed_by = blocked_by")


def downgrade() -> None:
    op.drop_column("blacklisting", "confirmed_by", schema="postings")
    op.drop_column("blacklisting", "confirmed_at", schema="postings")
