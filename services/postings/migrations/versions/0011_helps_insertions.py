"""helps and insertions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insertion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matching_id", sa.Uuid(), nullable=False),
        sa.Column("seekers", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("recommendations", sa.Integer(), nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["matching_id"], ["postings.matching.id"], name=op.f("fk_insertion_matching_id_matching")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insertion")),
        schema="postings",
    )
    op.create_index("ix_insertion_listed", "insertion", ["at", "id"], unique=False, schema="postings")
    op.add_column(
        "uncovered_seeker",
        sa.Column("helps", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        schema="postings",
    )


def downgrade() -> None:
    op.drop_column("uncovered_seeker", "helps", schema="postings")
    op.drop_index("ix_insertion_listed", table_name="insertion", schema="postings")
    op.drop_table("insertion", schema="postings")
