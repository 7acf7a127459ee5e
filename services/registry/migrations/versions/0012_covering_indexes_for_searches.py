"""Searches and rosters are answered by indexes alone, without visiting a page of the table for each candidate.

A name's token carries the key that lists are sorted by, so that the first page of many is read in order and the rest
not at all. Every index holds the division, which the policies read.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# index: (table, columns before, columns now, what it carries)
INDEXES = {
    "ix_worker_revision_worker": (
        "worker_revision",
        ["worker_id", "valid_from"],
        ["worker_id", "valid_from"],
        [
            *("valid_until", "recorded_at", "superseded_at", "division"),
            *("is_active", "is_verified", "can_work", "wants_out_work", "wants_local_work"),
        ],
    ),
    "ix_difficulty_status_worker": (
        "difficulty_status",
        ["worker_id", "valid_from"],
        ["worker_id", "valid_from"],
        ["valid_to", "recorded_at", "superseded_at", "division", "kind"],
    ),
    "ix_difficulty_status_division": (
        "difficulty_status",
        ["division", "worker_id"],
        ["division", "kind", "worker_id"],
        ["valid_from", "valid_to", "recorded_at", "superseded_at"],
    ),
    "ix_employment_spell_worker": (
        "employment_spell",
        ["worker_id", "started_on"],
        ["worker_id", "started_on"],
        ["ended_on", "recorded_at", "superseded_at", "division", "kind"],
    ),
    "ix_worker_skill_occupation": (
        "worker_skill",
        ["occupation", "worker_id"],
        ["occupation", "worker_id"],
        ["division"],
    ),
}


def upgrade() -> None:
    op.add_column(
        "worker_token", sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="registry"
    )
    op.execute(
        "UPDATE registry.worker_token AS token SET name_key = worker.name_key FROM registry.worker AS worker "
        "WHERE worker.id = token.worker_id"
    )
    op.alter_column("worker_token", "name_key", nullable=False, schema="registry")
    _key("worker_token", "(token, name_key, worker_id) INCLUDE (division)")
    for name, (table, _, columns, carried) in INDEXES.items():
        op.drop_index(name, table_name=table, schema="registry")
        op.create_index(name, table, columns, schema="registry", postgresql_include=carried)
    _key("worker_skill", "(worker_id, occupation) INCLUDE (division)")


def downgrade() -> None:
    _key("worker_skill", "(worker_id, occupation)")
    for name, (table, columns, _, _) in INDEXES.items():
        op.drop_index(name, table_name=table, schema="registry")
        op.create_index(name, table, columns, schema="registry")
    _key("worker_token", "(token, worker_id)")
    op.drop_column("worker_token", "name_key", schema="registry")


def _key(table: str, columns: str) -> None:
    op.execute(f"ALTER TABLE registry.{table} DROP CONSTRAINT pk_{table}")
    op.execute(f"ALTER TABLE registry.{table} ADD CONSTRAINT pk_{table} PRIMARY KEY {columns}")
