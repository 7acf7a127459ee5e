"""text messages that can be answered"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offer_push",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("phone_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("recommendation_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_offer_push")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_offer_push_link_hash")),
        schema="notify",
    )
    op.create_index("ix_offer_push_phone_hash", "offer_push", ["phone_hash", "sent_at"], unique=False, schema="notify")
    op.create_index(op.f("ix_offer_push_worker_id"), "offer_push", ["worker_id"], unique=False, schema="notify")
    op.create_table(
        "sms_opt_out",
        sa.Column("phone_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone_hash", name=op.f("pk_sms_opt_out")),
        schema="notify",
    )
    op.create_table(
        "sms_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reply_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("worker_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("handling", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_reply")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_sms_reply_reply_id")),
        schema="notify",
    )
    op.create_index("ix_sms_reply_listed", "sms_reply", ["received_at", "id"], unique=False, schema="notify")
    op.create_index(op.f("ix_sms_reply_phone_hash"), "sms_reply", ["phone_hash"], unique=False, schema="notify")


def downgrade() -> None:
    op.drop_index(op.f("ix_sms_reply_phone_hash"), table_name="sms_reply", schema="notify")
    op.drop_index("ix_sms_reply_listed", table_name="sms_reply", schema="notify")
    op.drop_table("sms_reply", schema="notify")
    op.drop_table("sms_opt_out", schema="notify")
    op.drop_index(op.f("ix_offer_push_worker_id"), table_name="offer_push", schema="notify")
    op.drop_index("ix_offer_push_phone_hash", table_name="offer_push", schema="notify")
    op.drop_table("offer_push", schema="notify")
