"""Reads that are asked all the time: a select compiled once, prepared on each connection, sent together with its scope.

The same select through the ORM costs several times as much: its cache key, its loading plan and four round trips a
call. A read sees the same rows, by the same policies. Use it where a page or every request asks, not everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg.errors import InvalidSqlStatementName
from sqlalchemy import Dialect, Select
from sqlalchemy.dialects.postgresql import psycopg as dialects

from shared.kit import scripts, telemetry

_PLACE = re.compile(r"%\((\w+)\)s")
_numbers = count(1)


class Read:
    """A select whose parameters are `bindparam(name)`; rows are named tuples of its columns."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._name = f"songgang_read_{next(_numbers)}"

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(self._name, self._statement)

    def rows(
        self,
        connection: psycopg.Connection[Any],
        known: set[str],
        values: Mapping[str, Any],
        *,
        after: bytes | None = None,
    ) -> list[Any]:
        """The rows for these values. `after` (a scope) is said first, in the same round trip.

        Without it a transaction is open, and a statement that is not there any more would spoil it: the select is said
        whole. `known` is the connection's own note of what has been prepared on it.
        """
        compiled = self._compiled
        with telemetry.statement(compiled.sql):
            if after is None:
                return compiled.loaded(connection, scripts.run(connection, compiled.inline(connection, values))[-1])
            execute = compiled.execute(connection, values)
            if self._name in known:
                try:
                    return compiled.loaded(connection, scripts.run(connection, after, execute)[-1])
                except InvalidSqlStatementName:
                    # The driver forgets all prepared statements of a connection after some errors and changes.
                    known.clear()
            scripts.run(connection, after, compiled.prepare)
            known.add(self._name)
            return compiled.loaded(connection, scripts.run(connection, after, execute)[-1])


class _Compiled:
    """What PostgreSQL is told, and how its rows become Python's."""

    def __init__(self, name: str, statement: Select[Any]) -> None:
        dialect: Dialect = dialects.dialect()  # type: ignore[no-untyped-call]
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        names: list[str] = []

        def numbered(found: re.Match[str]) -> str:
            names.append(found[1])
            return f"${len(names)}"

        self.prepare = f"PREPARE {name} AS {_PLACE.sub(numbered, self.sql).replace('%%', '%')}".encode()
        places = ", ".join("%s" for _ in names)
        self._inline = scripts.Script(_PLACE.sub("%s", self.sql).replace("%%", "%"))
        self._execute = scripts.Script(f"EXECUTE {name}({places})" if names else f"EXECUTE {name}")
        fixed = compiled.params
        binds = compiled.binds
        self._values: list[Callable[[Mapping[str, Any]], Any]] = [
            _bound(name, fixed[name], binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]
        columns = list(statement.selected_columns)
        row: Any = NamedTuple("Row", [(str(column.key), Any) for column in columns])  # type: ignore[misc]
        self._row = row._make
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._processors = [(place, change) for place, change in enumerate(processors) if change is not None]

    def execute(self, connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> bytes:
        return self._execute(connection, [value(values) for value in self._values])

    def inline(self, connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> bytes:
        return self._inline(connection, [value(values) for value in self._values])

    def loaded(self, connection: psycopg.Connection[Any], result: Any) -> list[Any]:
        rows = scripts.rows_of(connection, result)
        if not self._processors:
            return [self._row(row) for row in rows]
        return [self._row(self._processed(row)) for row in rows]

    def _processed(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, change in self._processors:
            values[place] = change(values[place])
        return values


def _bound(name: str, fixed: Any, change: Callable[[Any], Any] | None) -> Callable[[Mapping[str, Any]], Any]:
    """The value of a parameter: what is given by its name, else what the select itself says."""

    def value(values: Mapping[str, Any]) -> Any:
        found = values.get(name, fixed)
        return change(found) if change else found

    return value
