"""Alembic's environment, shared by every service: the connection, schema and metadata come from the caller."""

from typing import Any

from alembic import context

from shared.kit.schema import KIT_TABLES
from shared.kit.tables import TextEnum

given = context.config.attributes
schema = given["schema"]


def _ours(name: str | None, kind: str, parents: Any) -> bool:
    if kind == "schema":
        return bool(name == schema)
    return not (kind == "table" and name in (*KIT_TABLES, "alembic_version"))


def _rendered(kind: str, item: Any, autogen_context: Any) -> Any:
    """A text enum is a string to the database; migrations don't import the kit."""
    return "sa.String(length=40)" if kind == "type" and isinstance(item, TextEnum) else False


context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    version_table="alembic_version",
    version_table_schema=schema,
    include_schemas=True,
    include_name=_ours,
    compare_type=True,
    render_item=_rendered,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
