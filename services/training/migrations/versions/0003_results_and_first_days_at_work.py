"""results, check-ins, revocation, learners and the first days at work"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_learner")),
        schema="training",
    )
    op.create_table(
        "paper_print",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_print")),
        schema="training",
    )
    op.create_index(
        "ix_paper_print_subject_id", "paper_print", ["subject_id", "printed_at"], unique=False, schema="training"
    )
    op.create_table(
        "work_start",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_start")),
        sa.UniqueConstraint(
            "worker_id",
            "started_on",
            "placement_id",
            name=op.f("uq_work_start_worker_id_started_on_placement_id"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="training",
    )
    op.add_column(
        "attendance",
        sa.Column("source", sa.String(length=40), server_default="list", nullable=False),
        schema="training",
    )
    op.add_column("certificate", sa.Column("posting_id", sa.Uuid(), nullable=True), schema="training")
    op.add_column("certificate", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True), schema="training")
    op.add_column(
        "certificate", sa.Column("revoked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="training"
    )
    op.add_column(
        "certificate",
        sa.Column("revocation_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        schema="training",
    )
    op.add_column("certificate", sa.Column("placed_posting_id", sa.Uuid(), nullable=True), schema="training")
    op.drop_constraint(op.f("uq_certificate_enrolment_id"), "certificate", schema="training", type_="unique")
    op.create_index(
        "uq_certificate_valid",
        "certificate",
        ["enrolment_id"],
        unique=True,
        schema="training",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.add_column(
        "course", sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="training"
    )
    op.add_column("course", sa.Column("pass_score", sa.Integer(), nullable=True), schema="training")
    op.add_column("enrolment", sa.Column("result", sa.String(length=40), nullable=True), schema="training")
    op.add_column("enrolment", sa.Column("score", sa.Integer(), nullable=True), schema="training")
    op.add_column(
        "enrolment", sa.Column("result_note", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="training"
    )
    op.add_column("enrolment", sa.Column("result_at", sa.DateTime(timezone=True), nullable=True), schema="training")
    op.add_column(
        "enrolment", sa.Column("result_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="training"
    )
    op.add_column(
        "training_commission",
        sa.Column("budget_planned_cents", sa.BigInteger(), server_default="0", nullable=False),
        schema="training",
    )
    op.create_check_constraint(
        op.f("ck_training_commission_within_budget"),
        "training_commission",
        "budget_planned_cents BETWEEN 0 AND budget_cents",
        schema="training",
    )
    op.add_column(
        "training_commission",
        sa.Column("posting_title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        schema="training",
    )
    op.add_column(
        "training_commission", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True), schema="training"
    )
    op.add_column(
        "training_session", sa.Column("teacher", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="training"
    )
    op.add_column(
        "training_session",
        sa.Column("cost_cents", sa.BigInteger(), server_default="0", nullable=False),
        schema="training",
    )
    op.add_column(
        "training_session",
        sa.Column("posting_title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        schema="training",
    )
    op.create_index(
        op.f("ix_training_session_posting_id"), "training_session", ["posting_id"], unique=False, schema="training"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_training_session_posting_id"), table_name="training_session", schema="training")
    op.drop_column("training_session", "posting_title", schema="training")
    op.drop_column("training_session", "cost_cents", schema="training")
    op.drop_column("training_session", "teacher", schema="training")
    op.drop_column("training_commission", "completed_at", schema="training")
    op.drop_column("training_commission", "posting_title", schema="training")
    op.drop_column("training_commission", "budget_planned_cents", schema="training")
    op.drop_column("enrolment", "result_by", schema="training")
    op.drop_column("enrolment", "result_at", schema="training")
    op.drop_column("enrolment", "result_note", schema="training")
    op.drop_column("enrolment", "score", schema="training")
    op.drop_column("enrolment", "result", schema="training")
    op.drop_column("course", "pass_score", schema="training")
    op.drop_column("course", "description", schema="training")
    op.drop_index(
        "uq_certificate_valid",
        table_name="certificate",
        schema="training",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_unique_constraint(
        op.f("uq_certificate_enrolment_id"),
        "certificate",
        ["enrolment_id"],
        schema="training",
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("certificate", "placed_posting_id", schema="training")
    op.drop_column("certificate", "revocation_reason", schema="training")
    op.drop_column("certificate", "revoked_by", schema="training")
    op.drop_column("certificate", "revoked_at", schema="training")
    op.drop_column("certificate", "posting_id", schema="training")
    op.drop_column("attendance", "source", schema="training")
    op.drop_table("work_start", schema="training")
    op.drop_index("ix_paper_print_subject_id", table_name="paper_print", schema="training")
    op.drop_table("paper_print", schema="training")
    op.drop_table("learner", schema="training")
