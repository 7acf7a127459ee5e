"""files that prove what an inspection found"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "station_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blob", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("added_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["registry.community_station.id"], name=op.f("fk_station_file_station_id_community_station")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["registry.station_inspection.id"],
            name=op.f("fk_station_file_inspection_id_station_inspection"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_file")),
        schema="registry",
    )
    op.create_index("ix_station_file_inspection", "station_file", ["inspection_id"], unique=False, schema="registry")


def downgrade() -> None:
    op.drop_index("ix_station_file_inspection", table_name="station_file", schema="registry")
    op.drop_table("station_file", schema="registry")
