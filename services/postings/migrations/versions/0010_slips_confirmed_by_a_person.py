"""slips confirmed by a person"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slip_batch", sa.Column("job_id", sa.Uuid(), nullable=True), schema="postings")
    op.add_column(
        "slip_batch", sa.Column("confirmed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="postings"
    )
    op.add_column("slip_batch", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True), schema="postings")
    op.add_column(
        "slip_batch",
        sa.Column("excluded", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        schema="postings",
    )
    op.add_column(
        "slip_batch", sa.Column("is_cancelled", sa.Boolean(), server_default="false", nullable=False), schema="postings"
    )
    op.create_unique_constraint(op.f("uq_slip_batch_job_id"), "slip_batch", ["job_id"], schema="postings")


def downgrade() -> None:
    op.drop_constraint(op.f("uq_slip_batch_job_id"), "slip_batch", schema="postings", type_="unique")
    op.drop_column("slip_batch", "is_cancelled", schema="postings")
    op.drop_column("slip_batch", "excluded", schema="postings")
    op.drop_column("slip_batch", "confirmed_at", schema="postings")
    op.drop_column("slip_batch", "confirmed_by", schema="postings")
    op.drop_column("slip_batch", "job_id", schema="postings")
