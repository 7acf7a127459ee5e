"""Several statements in one round trip, by PostgreSQL's simple query protocol.

The driver sends one statement a round trip and spends more time around a short statement than the server does in it:
BEGIN, the scope, the statement and COMMIT are four of them. What is always said together is said at once here. Values
are quoted by the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg import errors, generators
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection

_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class Script:
    """A statement with `%s` for each value, ready to be joined with others."""

    __slots__ = ("_parts", "sql")

    def __init__(self, statement: str) -> None:
        self.sql = statement
        self._parts = [part.encode() for part in statement.split("%s")]

    def __call__(self, connection: psycopg.Connection[Any], values: Sequence[Any] = ()) -> bytes:
        """The statement with its values in it, for `run`."""
        if len(values) != len(self._parts) - 1:
            raise ValueError(f"{len(self._parts) - 1} values are wanted, {len(values)} given")
        return b"".join(self._joined(Transformer(connection), values))

    def _joined(self, transformer: Any, values: Sequence[Any]) -> list[bytes]:
        joined = [self._parts[0]]
        for value, part in zip(values, self._parts[1:], strict=True):
            joined.append(bytes(transformer.as_literal(value)))
            joined.append(part)
        return joined


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own connection under SQLAlchemy's."""
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def run(connection: psycopg.Connection[Any], *statements: bytes) -> list[PGresult]:
    """Send statements together and return each one's result; raises the driver's error of the first that failed.

    Outside a transaction they are one of their own, so that a local setting of the first holds for the others.
    """
    connection.pgconn.send_query(b";".join(statements))
    results: list[PGresult] = connection.wait(generators.execute(connection.pgconn))
    for result in results:
        if result.status in _FAILED:
            raise errors.error_from_result(result, encoding="utf-8")
    return results


def rows_of(connection: psycopg.Connection[Any], result: PGresult) -> list[tuple[Any, ...]]:
    """A result's rows as Python values, by the driver's loaders."""
    transformer = Transformer(connection)
    transformer.set_pgresult(result)
    return cast("list[tuple[Any, ...]]", transformer.load_rows(0, result.ntuples, tuple))
