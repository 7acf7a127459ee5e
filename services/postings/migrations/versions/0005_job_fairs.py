"""job fairs"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_fair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("venue", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_stream_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("plan", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("staff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("cancelled_because", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("planned_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_fair")),
        schema="postings",
    )
    op.create_index("ix_job_fair_listed", "job_fair", ["starts_at", "id"], unique=False, schema="postings")
    op.create_table(
        "fair_booth",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("posting_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["postings.employer.id"], name=op.f("fk_fair_booth_employer_id_employer")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["postings.job_fair.id"], name=op.f("fk_fair_booth_fair_id_job_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_booth")),
        sa.UniqueConstraint("fair_id", "employer_id", name=op.f("uq_fair_booth_fair_id_employer_id")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_fair_booth_fair_id_number")),
        schema="postings",
    )
    op.create_index(op.f("ix_fair_booth_employer_id"), "fair_booth", ["employer_id"], unique=False, schema="postings")
    op.create_table(
        "fair_check_in",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("came_by", sa.String(length=40), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["postings.job_fair.id"], name=op.f("fk_fair_check_in_fair_id_job_fair")),
        sa.PrimaryKeyConstraint("fair_id", "worker_id", name=op.f("pk_fair_check_in")),
        schema="postings",
    )
    op.create_index(
        "ix_fair_check_in_listed", "fair_check_in", ["fair_id", "came_at", "worker_id"], unique=False, schema="postings"
    )
    op.create_index("ix_fair_check_in_worker", "fair_check_in", ["worker_id"], unique=False, schema="postings")
    op.create_table(
        "fair_interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("booth_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("queue_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("wage_cents", sa.BigInteger(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recommendation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["postings.fair_booth.id"], name=op.f("fk_fair_interview_booth_id_fair_booth")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["postings.job_fair.id"], name=op.f("fk_fair_interview_fair_id_job_fair")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.posting.id"], name=op.f("fk_fair_interview_posting_id_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_interview")),
        sa.UniqueConstraint("booth_id", "queue_no", name=op.f("uq_fair_interview_booth_id_queue_no")),
        sa.UniqueConstraint(
            "fair_id", "worker_id", "posting_id", name=op.f("uq_fair_interview_fair_id_worker_id_posting_id")
        ),
        schema="postings",
    )
    op.create_index("ix_fair_interview_worker", "fair_interview", ["worker_id"], unique=False, schema="postings")


def downgrade() -> None:
    op.drop_index("ix_fair_interview_worker", table_name="fair_interview", schema="postings")
    op.drop_table("fair_interview", schema="postings")
    op.drop_index("ix_fair_check_in_worker", table_name="fair_check_in", schema="postings")
    op.drop_index("ix_fair_check_in_listed", table_name="fair_check_in", schema="postings")
    op.drop_table("fair_check_in", schema="postings")
    op.drop_index(op.f("ix_fair_booth_employer_id"), table_name="fair_booth", schema="postings")
    op.drop_table("fair_booth", schema="postings")
    op.drop_index("ix_job_fair_listed", table_name="job_fair", schema="postings")
    op.drop_table("job_fair", schema="postings")
