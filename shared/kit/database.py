"""Transactions: the one place where one is opened, scoped, committed or rolled back.

Every transaction runs under the service's own database role and carries its scope in settings that the row level
security policies read. The application's login owns nothing and cannot bypass the policies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import orjson
import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.contracts.errors import UNAVAILABLE
from shared.contracts.scopes import Area, Context, Outpost, OutpostCode, Partner, Scope, Service, WorkerSelf
from shared.kit import outbox, scripts, telemetry
from shared.kit.reads import Read
from shared.kit.scripts import Script
from shared.kit.session import Kit, Session

_SET_SCOPE = scripts.Script(
    "SELECT set_config('role', %s, true), set_config('app.kind', %s, true), set_config('app.key', %s, true), "
    "set_config('app.scope_key', %s, true), set_config('app.outpost', %s, true), set_config('app.actor', %s, true)"
)
FoundT = TypeVar("FoundT")
# Quoting the same caller's scope for every call would cost more than the rest of opening a transaction.
_quoted: dict[tuple[str, ...], bytes] = {}
_QUOTED_SIZE = 4096
_PREPARED = "songgang.reads"
_LostConnection = (psycopg.OperationalError, psycopg.InterfaceError)


def scope_key(scope: Scope) -> str:
    """`kind:key`, the form in which grants and jobs name a scope."""
    key = _key(scope)
    return f"{scope.kind}:{key}" if key else scope.kind


def _key(scope: Scope) -> str:
    match scope:
        case Outpost(code=code):
            return code.value
        case Area(division=division):
            return division
        case Partner(employer_id=employer_id):
            return str(employer_id)
        case WorkerSelf(worker_id=worker_id):
            return str(worker_id)
        case Service(name=name):
            return name
        case _:
            return ""


def role_name(database: str, service: str) -> str:
    """Database roles are the server's, so their names carry the database's."""
    return f"{database}_{service}"


def make_engine(url: str | URL, *, pool_size: int) -> Engine:
    return create_engine(
        make_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,
        pool_recycle=1800,
        pool_use_lifo=True,
        connect_args={"prepare_threshold": 5, "connect_timeout": 5, "application_name": f"songgang-{os.getpid()}"},
        pool_reset_on_return="rollback",
        json_deserializer=orjson.loads,
    )


def apply_scope(connection: Connection, role: str, context: Context) -> None:
    """Put the transaction under the service's role and the caller's scope, and begin it where none is open."""
    _begin(connection, role, context)


def _begin(connection: Connection, role: str, context: Context, *then: bytes) -> list[PGresult]:
    driver = scripts.driver_of(connection)
    settings = scope_settings(driver, role, context)
    if driver.info.transaction_status is TransactionStatus.IDLE:
        return scripts.run(driver, b"BEGIN", settings, *then)
    return scripts.run(driver, settings, *then)


def scope_settings(driver: psycopg.Connection[Any], role: str, context: Context) -> bytes:
    """The statement that puts what follows under a role and a scope, to the end of the transaction."""
    scope = context.scope
    narrowed = scope.outpost.value if isinstance(scope, Service) and scope.outpost else ""
    settings = (role, scope.kind, _key(scope), scope_key(scope), narrowed, f"{context.actor.kind}:{context.actor.id}")
    found = _quoted.get(settings)
    if found is None:
        if len(_quoted) >= _QUOTED_SIZE:
            _quoted.clear()
        found = _quoted[settings] = _SET_SCOPE(driver, settings)
    return found


class Transaction:
    """One transaction under one scope, opened when it is first needed: a call that only reads by `Read` needs none."""

    def __init__(self, engine: Engine, role: str, context: Context) -> None:
        self.context = context
        self._engine = engine
        self._role = role
        self._connection: Connection | None = None

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def connection(self) -> Connection:
        """The connection, with the scope applied; raises UNAVAILABLE when none can be had within five seconds."""
        if self._connection is None:
            self._connection, _ = self._checked_out(lambda taken: apply_scope(taken, self._role, self.context))
        return self._connection

    def read(self, read: Read, values: Mapping[str, Any]) -> list[Any]:
        """Rows in one round trip: within this transaction, or in one of their own where none is open."""
        if self._connection is not None:
            return self._read(self._connection, read, values, after=None)

        def look(taken: Connection) -> list[Any]:
            settings = scope_settings(scripts.driver_of(taken), self._role, self.context)
            return self._read(taken, read, values, after=settings)

        taken, rows = self._checked_out(look)
        taken.close()
        return rows

    def say(self, script: Script, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement; where nothing is open yet, the transaction is opened in the same round trip."""
        with telemetry.statement(script.sql):
            if self._connection is not None:
                driver = scripts.driver_of(self._connection)
                return scripts.rows_of(driver, scripts.run(driver, script(driver, values))[-1])

            def begin(taken: Connection) -> list[PGresult]:
                return _begin(taken, self._role, self.context, script(scripts.driver_of(taken), values))

            self._connection, results = self._checked_out(begin)
            return scripts.rows_of(scripts.driver_of(self._connection), results[-1])

    def narrow(self, context: Context) -> None:
        self.context = context
        if self._connection is not None:
            apply_scope(self._connection, self._role, context)

    def commit(self, *last: bytes) -> None:
        """Commit, with these statements before it in the same round trip."""
        if self._connection is not None:
            with telemetry.statement("COMMIT"):
                scripts.run(scripts.driver_of(self._connection), *last, b"COMMIT")
            self._connection.commit()

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        if self._connection is not None:
            self._connection.close()

    def _read(self, taken: Connection, read: Read, values: Mapping[str, Any], *, after: bytes | None) -> list[Any]:
        known = taken.info.setdefault(_PREPARED, set())
        return read.rows(scripts.driver_of(taken), known, values, after=after)

    def _checked_out(self, begin: Callable[[Connection], FoundT]) -> tuple[Connection, FoundT]:
        """A connection and what `begin` found on it. One that died in the pool is thrown away with the rest, and tried
        anew: nothing has been done on it yet."""
        last: Exception | None = None
        for _ in range(2):
            try:
                taken = self._engine.connect()
            except (OperationalError, PoolTimeout) as error:
                raise UNAVAILABLE(part="database") from error
            try:
                return taken, begin(taken)
            except _LostConnection as error:
                if not scripts.driver_of(taken).closed:
                    taken.close()
                    raise
                last = error
                taken.invalidate(error)
                taken.close()
                self._engine.dispose()
            except BaseException:
                taken.close()
                raise
        raise UNAVAILABLE(part="database") from last


class Database:
    """One service's way into PostgreSQL."""

    def __init__(
        self,
        kit: Kit,
        engine: Engine,
        *,
        on_events: Callable[[], None] | None = None,
        on_jobs: Callable[[], None] | None = None,
    ) -> None:
        self.kit = kit
        self.engine = engine
        self.role = role_name(str(engine.url.database), kit.service)
        self._on_events = on_events
        self._on_jobs = on_jobs

    @contextmanager
    def transaction(
        self, context: Context, *, command_id: UUID | None = None, caller: Context | None = None
    ) -> Iterator[Session]:
        """Open a transaction under the context's scope; commit it with its events, or roll everything back.

        The connection is taken when it is first needed; UNAVAILABLE then, when none can be had within five seconds.
        """
        transaction = Transaction(self.engine, self.role, context)
        session = Session(transaction, self.kit, context, command_id, caller)
        try:
            yield session
            session.flush()
            outbox.write(session)
            transaction.commit(*session.last_words())
        finally:
            if transaction.is_open:
                session.close()
                transaction.close()
        if session.published and self._on_events:
            self._on_events()
        if session.submitted_jobs and self._on_jobs:
            self._on_jobs()

    def narrow(self, session: Session, outpost: OutpostCode | None) -> None:
        """Move a machinery transaction to another outpost's rows; what was pending is written under the old one."""
        session.flush()
        session.context = session.context.model_copy(update={"scope": Service(name=self.kit.service, outpost=outpost)})
        session.transaction.narrow(session.context)
