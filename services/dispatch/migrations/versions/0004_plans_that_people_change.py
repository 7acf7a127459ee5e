"""plans that people change"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trip_plan", sa.Column("roads", postgresql.JSONB(), nullable=True), schema="dispatch")
    op.add_column(
        "trip_plan", sa.Column("version", sa.Integer(), nullable=False, server_default="1"), schema="dispatch"
    )
    op.add_column("trip_plan", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True), schema="dispatch")
    op.add_column(
        "trip_plan", sa.Column("changed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="dispatch"
    )


def downgrade() -> None:
    for name in ("changed_by", "changed_at", "version", "roads"):
        op.drop_column("trip_plan", name, schema="dispatch")
