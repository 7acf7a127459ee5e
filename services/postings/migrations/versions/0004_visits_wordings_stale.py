"""visits wordings stale"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recognised_phrase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("phrase", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sample", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("suggested", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognised_phrase")),
        sa.UniqueConstraint("kind", "phrase", name=op.f("uq_recognised_phrase_kind_phrase")),
        schema="postings",
    )
    op.create_index(
        "ix_recognised_phrase_listed",
        "recognised_phrase",
        ["state", "first_seen_at", "id"],
        unique=False,
        schema="postings",
    )
    op.create_table(
        "employer_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outpost", sa.String(length=40), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("employer_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("officer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("met_with", sa.LargeBinary(), nullable=True),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("photos", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_visit_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["postings.employer.id"], name=op.f("fk_employer_visit_employer_id_employer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_visit")),
        schema="postings",
    )
    op.create_index(
        op.f("ix_employer_visit_employer_id"), "employer_visit", ["employer_id"], unique=False, schema="postings"
    )
    op.create_index(
        "ix_employer_visit_listed", "employer_visit", ["outpost", "visited_on", "id"], unique=False, schema="postings"
    )
    op.add_column("feed", sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True), schema="postings")
    op.add_column("feed", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"), schema="postings")
    op.execute("UPDATE postings.feed SET last_good_at = last_run_at")
    op.add_column("posting", sa.Column("visit_id", sa.Uuid(), nullable=True), schema="postings")
    op.add_column(
        "posting", sa.Column("title_phrase", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="postings"
    )
    op.add_column(
        "posting", sa.Column("place_phrase", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="postings"
    )
    op.add_column("posting", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True), schema="postings")
    op.add_column("posting", sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True), schema="postings")
    op.add_column("posting", sa.Column("reminded_of", sa.Date(), nullable=True), schema="postings")
    op.create_index(op.f("ix_posting_place_phrase"), "posting", ["place_phrase"], unique=False, schema="postings")
    op.create_index(op.f("ix_posting_title_phrase"), "posting", ["title_phrase"], unique=False, schema="postings")
    op.create_index(op.f("ix_posting_visit_id"), "posting", ["visit_id"], unique=False, schema="postings")
    op.create_foreign_key(
        op.f("fk_posting_visit_id_employer_visit"),
        "posting",
        "employer_visit",
        ["visit_id"],
        ["id"],
        source_schema="postings",
        referent_schema="postings",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_posting_visit_id_employer_visit"), "posting", schema="postings", type_="foreignkey")
    op.drop_index(op.f("ix_posting_visit_id"), table_name="posting", schema="postings")
    op.drop_index(op.f("ix_posting_title_phrase"), table_name="posting", schema="postings")
    op.drop_index(op.f("ix_posting_place_phrase"), table_name="posting", schema="postings")
    op.drop_column("posting", "reminded_of", schema="postings")
    op.drop_column("posting", "stale_since", schema="postings")
    op.drop_column("posting", "confirmed_at", schema="postings")
    op.drop_column("posting", "place_phrase", schema="postings")
    op.drop_column("posting", "title_phrase", schema="postings")
    op.drop_column("posting", "visit_id", schema="postings")
    op.drop_column("feed", "failures", schema="postings")
    op.drop_column("feed", "last_good_at", schema="postings")
    op.drop_index("ix_employer_visit_listed", table_name="employer_visit", schema="postings")
    op.drop_index(op.f("ix_employer_visit_employer_id"), table_name="employer_visit", schema="postings")
    op.drop_table("employer_visit", schema="postings")
    op.drop_index("ix_recognised_phrase_listed", table_name="recognised_phrase", schema="postings")
    op.drop_table("recognised_phrase", schema="postings")
