"""former divisions of a posting, so that an outpost's readers hear that it left"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "posting", sa.Column("former_divisions", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="postings"
    )


def downgrade() -> None:
    op.drop_column("posting", "former_divisions", schema="postings")
