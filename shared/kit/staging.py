"""Bulk rows by COPY: into a temporary table of the transaction, from where INSERT … SELECT takes them.

PostgreSQL refuses COPY into a table with row level security; a temporary table has none, is seen by this transaction
alone, and is gone when it ends. The policies then judge the INSERT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import TableClause, column, table

from shared.kit.session import Session


def stage(session: Session, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> TableClause:
    """COPY rows into a temporary table with these columns (name -> SQL type); the table, for SQLAlchemy statements.

    Staging again under the same name within one transaction replaces the rows.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    types = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(given), sql.SQL(kind)) for given, kind in columns.items()
    )
    cursor: Any = session.connection().connection.cursor()
    try:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {} ({}) ON COMMIT DROP").format(sql.Identifier(name), types)
        )
        cursor.execute(sql.SQL("TRUNCATE pg_temp.{}").format(sql.Identifier(name)))
        with cursor.copy(sql.SQL("COPY pg_temp.{} ({}) FROM STDIN").format(sql.Identifier(name), names)) as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()
    return table(name, *(column(given) for given in columns), schema="pg_temp")
