"""mergers and distinct pairs"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "distinct_pair",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("other_worker_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", "other_worker_id", name=op.f("pk_distinct_pair")),
        schema="registry",
    )
    op.create_table(
        "worker_merger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("into_worker_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("added", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("merged_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_merger")),
        schema="registry",
    )
    op.create_index("ix_worker_merger_into", "worker_merger", ["into_worker_id"], unique=False, schema="registry")
    op.create_index("ix_worker_merger_listed", "worker_merger", ["merged_at", "id"], unique=False, schema="registry")
    op.create_index("ix_worker_merger_worker", "worker_merger", ["worker_id"], unique=False, schema="registry")


def downgrade() -> None:
    op.drop_index("ix_worker_merger_worker", table_name="worker_merger", schema="registry")
    op.drop_index("ix_worker_merger_listed", table_name="worker_merger", schema="registry")
    op.drop_index("ix_worker_merger_into", table_name="worker_merger", schema="registry")
    op.drop_table("worker_merger", schema="registry")
    op.drop_table("distinct_pair", schema="registry")
