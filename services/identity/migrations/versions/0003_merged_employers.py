"""merged employers"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("employer_standing", sa.Column("into_employer_id", sa.Uuid(), nullable=True), schema="identity")


def downgrade() -> None:
    op.drop_column("employer_standing", "into_employer_id", schema="identity")
