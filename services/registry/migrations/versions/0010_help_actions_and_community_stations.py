"""help actions and community stations"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_station",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("hours", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("staff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_station")),
        sa.UniqueConstraint("name", name=op.f("uq_community_station_name")),
        schema="registry",
    )
    op.create_table(
        "help_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("help_plan_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["help_plan_id"], ["registry.help_plan.id"], name=op.f("fk_help_action_help_plan_id_help_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_action")),
        schema="registry",
    )
    op.create_index(
        "ix_help_action_plan", "help_action", ["help_plan_id", "due_on", "id"], unique=False, schema="registry"
    )
    op.create_index(op.f("ix_help_action_worker_id"), "help_action", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "station_inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.Column("evidence", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("inspected_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["registry.community_station.id"],
            name=op.f("fk_station_inspection_station_id_community_station"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_inspection")),
        schema="registry",
    )
    op.create_index(
        "ix_station_inspection_listed",
        "station_inspection",
        ["station_id", "item", "inspected_on", "id"],
        unique=False,
        schema="registry",
    )


def downgrade() -> None:
    op.drop_index("ix_station_inspection_listed", table_name="station_inspection", schema="registry")
    op.drop_table("station_inspection", schema="registry")
    op.drop_index(op.f("ix_help_action_worker_id"), table_name="help_action", schema="registry")
    op.drop_index("ix_help_action_plan", table_name="help_action", schema="registry")
    op.drop_table("help_action", schema="registry")
    op.drop_table("community_station", schema="registry")
