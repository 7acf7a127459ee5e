"""worker groups by consent, digests"""

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
        "group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("consent_way", sa.String(length=40), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_because", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["notify.worker_group.id"], name=op.f("fk_group_member_group_id_worker_group")
        ),
        sa.PrimaryKeyConstraint("group_id", "worker_id", name=op.f("pk_group_member")),
        schema="notify",
    )
    op.create_index(
        "ix_group_member_listed", "group_member", ["group_id", "joined_at", "worker_id"], unique=False, schema="notify"
    )
    op.create_index("ix_group_member_worker", "group_member", ["worker_id"], unique=False, schema="notify")
    op.create_table(
        "group_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("note_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("template", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["notify.worker_group.id"], name=op.f("fk_group_note_group_id_worker_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_note")),
        schema="notify",
    )
    op.create_index("ix_group_note_message", "group_note", ["message_id"], unique=False, schema="notify")
    op.create_index(
        "uq_group_note_waiting",
        "group_note",
        ["group_id", "note_key"],
        unique=True,
        schema="notify",
        postgresql_where=sa.text("message_id IS NULL"),
    )
    op.add_column("message", sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True), schema="notify")
    op.add_column(
        "worker_group", sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="notify"
    )
    op.add_column(
        "worker_group", sa.Column("robot_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="notify"
    )
    op.add_column(
        "worker_group", sa.Column("digest_minutes", sa.Integer(), server_default="30", nullable=False), schema="notify"
    )
    op.add_column(
        "worker_group", sa.Column("last_digest_at", sa.DateTime(timezone=True), nullable=True), schema="notify"
    )
    op.create_unique_constraint(op.f("uq_worker_group_robot_hash"), "worker_group", ["robot_hash"], schema="notify")


def downgrade() -> None:
    op.drop_constraint(op.f("uq_worker_group_robot_hash"), "worker_group", schema="notify", type_="unique")
    op.drop_column("worker_group", "last_digest_at", schema="notify")
    op.drop_column("worker_group", "digest_minutes", schema="notify")
    op.drop_column("worker_group", "robot_hash", schema="notify")
    op.drop_column("worker_group", "owner", schema="notify")
    op.drop_column("message", "attempted_at", schema="notify")
    op.drop_index(
        "uq_group_note_waiting",
        table_name="group_note",
        schema="notify",
        postgresql_where=sa.text("message_id IS NULL"),
    )
    op.drop_index("ix_group_note_message", table_name="group_note", schema="notify")
    op.drop_table("group_note", schema="notify")
    op.drop_index("ix_group_member_worker", table_name="group_member", schema="notify")
    op.drop_index("ix_group_member_listed", table_name="group_member", schema="notify")
    op.drop_table("group_member", schema="notify")
