"""Sealed rosters, and their figures by township and month."""

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
        "roster_sealing",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("as_of", name=op.f("pk_roster_sealing")),
        schema="registry",
    )
    op.create_table(
        "roster_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("file", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signature", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_snapshot")),
        sa.UniqueConstraint("kind", "as_of", name="uq_roster_snapshot_kind_as_of"),
        sa.UniqueConstraint("sequence", name="uq_roster_snapshot_sequence"),
        schema="registry",
    )
    op.create_table(
        "roster_month",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "month", "division", name=op.f("pk_roster_month")),
        schema="registry",
    )
    op.execute(
        "CREATE TRIGGER roster_snapshot_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.roster_snapshot "
        "FOR EACH STATEMENT EXECUTE FUNCTION registry.append_only()"
    )


def downgrade() -> None:
    op.drop_table("roster_month", schema="registry")
    op.drop_table("roster_snapshot", schema="registry")
    op.drop_table("roster_sealing", schema="registry")
