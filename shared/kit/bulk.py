"""Rows by the hundred in one statement: INSERT … SELECT FROM json_to_recordset(one parameter).

PostgreSQL refuses COPY into a table with row level security, a statement a row costs more than the rest of an import
together, and psycopg writes arrays element by element in Python: 2,000 rows took 1.1 s as arrays, 0.15 s as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, Text, bindparam, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.selectable import TableValuedAlias

from shared.kit.session import Session
from shared.kit.tables import ServiceTable


def insert_rows(
    session: Session, model: type[ServiceTable], rows: Sequence[Mapping[str, Any]], *, unless_known: bool = False
) -> None:
    """Insert plain values for the columns that the first row names; every row names the same ones.

    `unless_known` leaves out rows whose key is there already.
    """
    if not rows:
        return
    table = model.__table__  # type: ignore[attr-defined]
    names = list(rows[0])
    source = recordset("given", rows, {name: table.c[name].type for name in names})
    statement = insert(table).from_select(names, select(*(source.c[name] for name in names)))
    session.execute(statement.on_conflict_do_nothing() if unless_known else statement)


def update_rows(session: Session, model: type[ServiceTable], rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Set the other columns that the first row names in the rows with these keys."""
    if not rows:
        return
    table = model.__table__  # type: ignore[attr-defined]
    source = recordset("given", rows, {name: table.c[name].type for name in rows[0]})
    changed = {name: source.c[name] for name in rows[0] if name != key}
    session.execute(update(table).where(table.c[key] == source.c[key]).values(changed))


def upsert_rows(
    session: Session,
    model: type[ServiceTable],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    changed: Callable[[Any, Any], Mapping[str, Any]],
    where: Any = None,
) -> None:
    """Insert; a row that is there already gets `changed(table's columns, given columns)`. No key may come twice."""
    if not rows:
        return
    table = model.__table__  # type: ignore[attr-defined]
    names = list(rows[0])
    source = recordset("given", rows, {name: table.c[name].type for name in names})
    statement = insert(table).from_select(names, select(*(source.c[name] for name in names)))
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed(table.c, statement.excluded), where=where)
    )


def recordset(name: str, rows: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> TableValuedAlias:
    """Rows of plain values as something to select from, or to join with: one parameter, however many they are."""
    content = orjson.dumps(rows, default=_text).decode()
    typed = [column(given, kind) for given, kind in types.items()]
    found = func.json_to_recordset(cast(bindparam(None, content, type_=Text), JSON)).table_valued(*typed)
    return found.render_derived(name, with_types=True)


def _text(value: Any) -> str:
    """orjson writes the rest by itself; bytes become PostgreSQL's hexadecimal form."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(type(value).__name__)
