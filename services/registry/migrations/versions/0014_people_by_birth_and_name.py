"""People by day of birth and name: an import asks for each of its rows whether somebody alike is registered."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_worker_born", "worker", ["born_on", "name_key"], schema="registry")


def downgrade() -> None:
    op.drop_index("ix_worker_born", table_name="worker", schema="registry")
