"""Indexes that answer searches by the last digits of a phone and within one area."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_worker_phone_last4"), "worker", ["phone_last4"], unique=False, schema="registry")
    op.create_index(
        "ix_worker_skill_division",
        "worker_skill",
        ["division", "occupation", "worker_id"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        "ix_difficulty_status_division", "difficulty_status", ["division", "worker_id"], unique=False, schema="registry"
    )


def downgrade() -> None:
    op.drop_index("ix_difficulty_status_division", table_name="difficulty_status", schema="registry")
    op.drop_index("ix_worker_skill_division", table_name="worker_skill", schema="registry")
    op.drop_index(op.f("ix_worker_phone_last4"), table_name="worker", schema="registry")
