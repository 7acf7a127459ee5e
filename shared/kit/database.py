"""Transactions: the one place where one is opened, scoped, committed or rolled back.

Every transaction runs under the service's own database role and carries its scope in settings that the row level
security policies read. The application's login owns nothing and cannot bypass the policies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.contracts.errors import UNAVAILABLE
from shared.contracts.scopes import Area, Context, Outpost, OutpostCode, Partner, Scope, Service, WorkerSelf
from shared.kit import outbox
from shared.kit.session import Kit, Session

_SET_SCOPE = (
    "SELECT set_config('role', %s, true), set_config('app.kind', %s, true), set_config('app.key', %s, true), "
    "set_config('app.scope_key', %s, true), set_config('app.outpost', %s, true), set_config('app.actor', %s, true)"
)


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
    """Put the transaction under the service's role and the caller's scope, in one round trip."""
    scope = context.scope
    narrowed = scope.outpost.value if isinstance(scope, Service) and scope.outpost else ""
    actor = f"{context.actor.kind}:{context.actor.id}"
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_SET_SCOPE, (role, scope.kind, _key(scope), scope_key(scope), narrowed, actor))
    finally:
        cursor.close()


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

        Raises UNAVAILABLE when no connection can be had within five seconds.
        """
        with self._begin(context) as connection:
            session = Session(connection, self.kit, context, command_id, caller)
            try:
                yield session
                session.flush()
                outbox.write(session)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                session.close()
        if session.published and self._on_events:
            self._on_events()
        if session.submitted_jobs and self._on_jobs:
            self._on_jobs()

    def _begin(self, context: Context) -> Connection:
        """A connection with the scope applied. One that died in the pool is thrown away with the rest, and tried anew:
        nothing has been done on it yet."""
        last: Exception | None = None
        for _ in range(2):
            try:
                connection = self.engine.connect()
            except (OperationalError, PoolTimeout) as error:
                raise UNAVAILABLE(part="database") from error
            try:
                apply_scope(connection, self.role, context)
            except psycopg.OperationalError as error:
                last = error
                connection.invalidate(error)
                connection.close()
                self.engine.dispose()
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise UNAVAILABLE(part="database") from last

    def narrow(self, session: Session, outpost: OutpostCode | None) -> None:
        """Move a machinery transaction to another outpost's rows; what was pending is written under the old one."""
        session.flush()
        session.context = session.context.model_copy(update={"scope": Service(name=self.kit.service, outpost=outpost)})
        apply_scope(session.connection(), self.role, session.context)
