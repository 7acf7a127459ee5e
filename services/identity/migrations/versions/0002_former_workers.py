"""former workers"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_worker",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("into_worker_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_former_worker")),
        schema="identity",
    )


def downgrade() -> None:
    op.drop_table("former_worker", schema="identity")
