"""worker changes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_change")),
        schema="registry",
    )
    op.create_index(
        "ix_worker_change_worker", "worker_change", ["worker_id", "recorded_at", "id"], unique=False, schema="registry"
    )


def downgrade() -> None:
    op.drop_index("ix_worker_change_worker", table_name="worker_change", schema="registry")
    op.drop_table("worker_change", schema="registry")
