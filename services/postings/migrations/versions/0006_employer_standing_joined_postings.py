"""employer standing joined postings"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("recovered_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_employer_case")),
        schema="postings",
    )
    op.create_index("ix_employer_case_employer", "employer_case", ["employer_id"], unique=False, schema="postings")
    op.create_table(
        "employer_hire",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("outpost", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("depart_on", sa.Date(), nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=True),
        sa.Column("receipt_reason", sa.String(length=40), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_employer_hire")),
        schema="postings",
    )
    op.create_index(
        "ix_employer_hire_listed", "employer_hire", ["employer_id", "at", "order_id"], unique=False, schema="postings"
    )
    op.create_table(
        "blacklisting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("appeal_state", sa.String(length=40), nullable=False),
        sa.Column("appeal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["postings.employer.id"], name=op.f("fk_blacklisting_employer_id_employer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blacklisting")),
        schema="postings",
    )
    op.create_index(
        op.f("ix_blacklisting_employer_id"), "blacklisting", ["employer_id"], unique=False, schema="postings"
    )
    op.create_index("ix_blacklisting_listed", "blacklisting", ["blocked_at", "id"], unique=False, schema="postings")
    op.execute(
        "INSERT INTO postings.blacklisting (id, employer_id, reason, blocked_at, blocked_by, appeal_state, version)"
        " SELECT gen_random_uuid(), id, coalesce(blocked_reason, ''), coalesce(blocked_at, now()), '', 'none', 1"
        " FROM postings.employer WHERE is_blocked"
    )
    op.add_column(
        "posting", sa.Column("joint_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="postings"
    )
    op.add_column("posting", sa.Column("duplicate_of", sa.Uuid(), nullable=True), schema="postings")
    op.add_column(
        "posting",
        sa.Column("is_kept_apart", sa.Boolean(), nullable=False, server_default=sa.false()),
        schema="postings",
    )
    op.create_index(
        "ix_posting_duplicate",
        "posting",
        ["duplicate_of"],
        unique=False,
        schema="postings",
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.create_index(
        "ix_posting_joint",
        "posting",
        ["joint_key"],
        unique=False,
        schema="postings",
        postgresql_where=sa.text("state IN ('open', 'filled')"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_posting_joint",
        table_name="posting",
        schema="postings",
        postgresql_where=sa.text("state IN ('open', 'filled')"),
    )
    op.drop_index(
        "ix_posting_duplicate",
        table_name="posting",
        schema="postings",
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.drop_column("posting", "is_kept_apart", schema="postings")
    op.drop_column("posting", "duplicate_of", schema="postings")
    op.drop_column("posting", "joint_key", schema="postings")
    op.drop_index("ix_blacklisting_listed", table_name="blacklisting", schema="postings")
    op.drop_index(op.f("ix_blacklisting_employer_id"), table_name="blacklisting", schema="postings")
    op.drop_table("blacklisting", schema="postings")
    op.drop_index("ix_employer_hire_listed", table_name="employer_hire", schema="postings")
    op.drop_table("employer_hire", schema="postings")
    op.drop_index("ix_employer_case_employer", table_name="employer_case", schema="postings")
    op.drop_table("employer_case", schema="postings")
