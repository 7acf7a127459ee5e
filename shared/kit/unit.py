"""How a service answers: parse, verify who asks, open the transaction, call the method, store the reply, commit.

It is the same for both buses: nameko injects a `Work` through the `Unit` dependency provider, the embedded host sets
one by hand on the very same class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import structlog
from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from shared.contracts.base import Message
from shared.contracts.errors import (
    CONTEXT_REFUSED,
    FORBIDDEN,
    INTERNAL,
    INVALID,
    RESOURCE_CONFLICT,
    UNAVAILABLE,
    FieldProblem,
    Problem,
)
from shared.contracts.scopes import Context, Role
from shared.kit import calls, commands, telemetry
from shared.kit.calls import Call, Caller, ReplyT
from shared.kit.context import ContextSeal, service_context
from shared.kit.database import Database
from shared.kit.session import Kit

log = structlog.get_logger()
_TRIES = 3


@dataclass(frozen=True)
class Answering:
    """What an entrypoint declares about one message."""

    message: type[Message[Any]]
    allow: frozenset[str]
    roles: frozenset[Role] = frozenset()
    before: Callable[..., Any] | None = None
    as_service: bool = False
    writes: bool = True

    @property
    def name(self) -> str:
        return self.message.method


@dataclass
class Runtime:
    """One service in one process: its database, its keys, and its way to the other services."""

    kit: Kit
    database: Database
    seal: ContextSeal
    caller: Caller
    timeout: float = 10.0
    listeners: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.kit.service

    def own_context(self) -> Context:
        return service_context(self.name)

    def asker(self, context: Context) -> calls.Ask:
        """How this service asks another one, as the caller it serves or as itself."""

        def ask(message: Message[ReplyT], *, as_service: bool = False, service: str | None = None) -> ReplyT:
            signed = self.seal.sign(self.own_context() if as_service else context)
            headers = {calls.CONTEXT: signed}
            traceparent = telemetry.current_traceparent()
            if traceparent:
                headers[calls.TRACEPARENT] = traceparent
            body = calls.body_of(message)
            found = self.caller.call(service or message.service, message.method, body, headers, self.timeout)
            return message.reply.model_validate(found)  # type: ignore[return-value]

        return ask


class Work:
    """What one call of one service method works with."""

    def __init__(self, runtime: Runtime, headers: dict[str, Any]) -> None:
        self.runtime = runtime
        self.headers = headers

    def answer(self, entry: Answering, method: Callable[..., BaseModel], service: Any, body: Any) -> Any:
        """Carry out one message and give its reply as JSON-ready data. Raises Problem, and nothing else."""
        with telemetry.span(
            f"{self.runtime.name}.{entry.name}",
            parent=self.headers.get(calls.TRACEPARENT),
            attributes={"rpc.system": "nameko", "rpc.method": entry.name},
        ):
            try:
                return self._answer(entry, method, service, body)
            except Problem:
                raise
            except Exception as error:
                raise refusal(error, where=f"{self.runtime.name}.{entry.name}") from error

    def _answer(self, entry: Answering, method: Callable[..., BaseModel], service: Any, body: Any) -> Any:
        caller = self._caller(entry)
        try:
            message = entry.message.model_validate(body if body is not None else {})
        except ValidationError as error:
            raise INVALID().with_fields(field_problems(error)) from error
        command_id = self._command_id()
        name = f"{self.runtime.name}.{entry.name}"
        digest = calls.body_hash(body) if entry.writes and command_id else ""
        context = (
            caller.model_copy(update={"role": Role.machinery, "scope": self.runtime.own_context().scope})
            if entry.as_service
            else caller
        )
        database = self.runtime.database
        prepared: tuple[Any, ...] = ()
        if entry.before:
            if digest and command_id:
                with database.transaction(context, caller=caller) as session:
                    known = commands.earlier_reply(session, command_id, name, digest)
                if known is not None:
                    return known
            prepared = (entry.before(self.runtime.asker(caller), message, Call(caller, command_id)),)
        for attempt in range(_TRIES):
            try:
                with database.transaction(context, command_id=command_id, caller=caller) as session:
                    if digest and command_id:
                        known = commands.earlier_reply(session, command_id, name, digest)
                        if known is not None:
                            return known
                    reply = method(service, session, message, *prepared).model_dump(mode="json")
                    if digest and command_id:
                        session.flush()
                        commands.remember(session, command_id, name, digest, reply)
                return reply
            except (OperationalError, psycopg.OperationalError) as error:
                cause = error.orig if isinstance(error, OperationalError) else error
                again = isinstance(cause, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure)
                if attempt + 1 == _TRIES or not again:
                    raise
        raise UNAVAILABLE()

    def _caller(self, entry: Answering) -> Context:
        token = self.headers.get(calls.CONTEXT)
        if not token:
            raise CONTEXT_REFUSED(reason="missing")
        context = self.runtime.seal.verify(token)
        is_allowed = context.scope.kind in entry.allow and (not entry.roles or context.role in entry.roles)
        if context.scope.kind != "service" and not is_allowed:
            raise FORBIDDEN(scope=context.scope.kind, role=context.role.value)
        return context

    def _command_id(self) -> UUID | None:
        given = self.headers.get(calls.COMMAND_ID)
        try:
            return UUID(given) if given else None
        except ValueError as error:
            raise INVALID(header=calls.COMMAND_ID) from error


class Unit(DependencyProvider):
    """Gives each call its `Work`. In the embedded host the same attribute is set by hand."""

    def setup(self) -> None:
        self.runtime: Runtime = self.container.config["runtime"]

    def get_dependency(self, worker_ctx: WorkerContext) -> Work:
        return Work(self.runtime, worker_ctx.data)


def refusal(error: Exception, *, where: str) -> Problem:
    """What the caller is told about an error that no rule foresaw; the log gets the rest, without parameters."""
    if isinstance(error, IntegrityError | psycopg.IntegrityError):
        cause = error.orig if isinstance(error, IntegrityError) else error
        constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
        log.warning("conflict", where=where, constraint=constraint)
        return RESOURCE_CONFLICT(constraint=constraint)
    if isinstance(error, psycopg.OperationalError):
        log.warning("database unavailable", where=where, error=type(error).__name__)
        return UNAVAILABLE(part="database")
    if isinstance(getattr(error, "orig", error), psycopg.errors.InsufficientPrivilege):
        log.warning("refused by row level security", where=where)
        return FORBIDDEN()
    if isinstance(error, DBAPIError) and (isinstance(error, OperationalError) or error.connection_invalidated):
        log.warning("database unavailable", where=where, error=type(error.orig).__name__)
        return UNAVAILABLE(part="database")
    log.error("unexpected error", where=where, error=type(error).__name__, exc_info=error)
    return INTERNAL(where=where)


def field_problems(error: ValidationError) -> list[FieldProblem]:
    """Each wrong field by its JSON pointer."""
    return [
        FieldProblem(
            field="/" + "/".join(str(part) for part in found["loc"]),
            code=f"field.{found['type']}",
            message_zh="此项填写有误。",
            message_en=found["msg"],
        )
        for found in error.errors(include_url=False, include_input=False)
    ]
