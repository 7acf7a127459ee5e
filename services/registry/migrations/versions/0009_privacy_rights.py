"""privacy rights"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", "actor", "on", "what", name=op.f("pk_look")),
        schema="registry",
    )
    op.create_index("ix_look_listed", "look", ["on", "worker_id"], unique=False, schema="registry")
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("right", sa.String(length=40), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        schema="registry",
    )
    op.create_index("ix_privacy_request_listed", "privacy_request", ["due_on", "id"], unique=False, schema="registry")
    op.create_index("ix_privacy_request_worker", "privacy_request", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("begun_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        schema="registry",
    )
    op.create_index("ix_restriction_worker", "restriction", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "retention_hold",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_retention_hold")),
        schema="registry",
    )
    op.add_column("worker", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True), schema="registry")


def downgrade() -> None:
    op.drop_column("worker", "restricted_at", schema="registry")
    op.drop_table("retention_hold", schema="registry")
    op.drop_index("ix_restriction_worker", table_name="restriction", schema="registry")
    op.drop_table("restriction", schema="registry")
    op.drop_index("ix_privacy_request_worker", table_name="privacy_request", schema="registry")
    op.drop_index("ix_privacy_request_listed", table_name="privacy_request", schema="registry")
    op.drop_table("privacy_request", schema="registry")
    op.drop_index("ix_look_listed", table_name="look", schema="registry")
    op.drop_table("look", schema="registry")
