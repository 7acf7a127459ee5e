"""unchanged feed jobs: what a run writes to them is in no index, and their pages keep room for it"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_feed_item_of_feed",
        "feed_item",
        ["feed_id"],
        schema="postings",
        postgresql_where=sa.text("is_live IS true"),
    )
    op.drop_index("ix_feed_item_live", table_name="feed_item", schema="postings")
    op.execute("ALTER TABLE postings.feed_item SET (fillfactor = 70)")


def downgrade() -> None:
    op.execute("ALTER TABLE postings.feed_item RESET (fillfactor)")
    op.create_index(
        "ix_feed_item_live",
        "feed_item",
        ["feed_id", "run_id"],
        schema="postings",
        postgresql_where=sa.text("is_live IS true"),
    )
    op.drop_index("ix_feed_item_of_feed", table_name="feed_item", schema="postings")
