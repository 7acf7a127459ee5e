"""employers merged, offers delivered"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer_merger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("into_employer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("undone_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["postings.employer.id"], name=op.f("fk_employer_merger_employer_id_employer")
        ),
        sa.ForeignKeyConstraint(
            ["into_employer_id"], ["postings.employer.id"], name=op.f("fk_employer_merger_into_employer_id_employer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_merger")),
        schema="postings",
    )
    op.create_index(
        op.f("ix_employer_merger_employer_id"), "employer_merger", ["employer_id"], unique=False, schema="postings"
    )
    op.create_index(
        op.f("ix_employer_merger_into_employer_id"),
        "employer_merger",
        ["into_employer_id"],
        unique=False,
        schema="postings",
    )
    op.create_index(
        "ix_employer_merger_listed", "employer_merger", ["merged_at", "id"], unique=False, schema="postings"
    )
    op.create_table(
        "employer_merger_row",
        sa.Column("merger_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("former", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merger_id"],
            ["postings.employer_merger.id"],
            name=op.f("fk_employer_merger_row_merger_id_employer_merger"),
        ),
        sa.PrimaryKeyConstraint("merger_id", "kind", "row_id", name=op.f("pk_employer_merger_row")),
        schema="postings",
    )
    op.add_column("employer", sa.Column("merged_into", sa.Uuid(), nullable=True), schema="postings")
    op.add_column(
        "recommendation", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True), schema="postings"
    )
    op.add_column(
        "recommendation",
        sa.Column("delivered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        schema="postings",
    )


def downgrade() -> None:
    op.drop_column("recommendation", "delivered_by", schema="postings")
    op.drop_column("recommendation", "delivered_at", schema="postings")
    op.drop_column("employer", "merged_into", schema="postings")
    op.drop_table("employer_merger_row", schema="postings")
    op.drop_index("ix_employer_merger_listed", table_name="employer_merger", schema="postings")
    op.drop_index(op.f("ix_employer_merger_into_employer_id"), table_name="employer_merger", schema="postings")
    op.drop_index(op.f("ix_employer_merger_employer_id"), table_name="employer_merger", schema="postings")
    op.drop_table("employer_merger", schema="postings")
