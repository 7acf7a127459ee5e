"""campaigns"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("posting_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("planned_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_campaign_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
        schema="postings",
    )
    op.create_index("ix_campaign_listed", "campaign", ["starts_on", "id"], unique=False, schema="postings")
    op.create_table(
        "campaign_reach",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=False),
        sa.Column("enquiries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["postings.campaign.id"], name=op.f("fk_campaign_reach_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "on_day", "is_counted", name=op.f("pk_campaign_reach")),
        schema="postings",
    )


def downgrade() -> None:
    op.drop_table("campaign_reach", schema="postings")
    op.drop_index("ix_campaign_listed", table_name="campaign", schema="postings")
    op.drop_table("campaign", schema="postings")
