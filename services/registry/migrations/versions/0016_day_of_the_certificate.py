"""the day of the certificate that proves a skill"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worker_skill", sa.Column("proved_on", sa.Date(), nullable=True), schema="registry")


def downgrade() -> None:
    op.drop_column("worker_skill", "proved_on", schema="registry")
