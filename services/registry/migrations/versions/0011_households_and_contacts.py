"""households and contacts"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("members_total", sa.Integer(), nullable=True),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        schema="registry",
    )
    op.create_index(
        "ix_household_member_household", "household_member", ["household_id"], unique=False, schema="registry"
    )
    op.create_index("ix_household_member_worker", "household_member", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "worker_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_contact")),
        schema="registry",
    )
    op.create_index("ix_worker_contact_worker", "worker_contact", ["worker_id"], unique=False, schema="registry")


def downgrade() -> None:
    op.drop_index("ix_worker_contact_worker", table_name="worker_contact", schema="registry")
    op.drop_table("worker_contact", schema="registry")
    op.drop_index("ix_household_member_worker", table_name="household_member", schema="registry")
    op.drop_index("ix_household_member_household", table_name="household_member", schema="registry")
    op.drop_table("household_member", schema="registry")
