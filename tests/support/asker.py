"""Speaking to the platform in commands, as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.contracts.base import Message
from shared.contracts.errors import Problem
from shared.contracts.scopes import (
    Actor,
    Area,
    Context,
    Hq,
    Outpost,
    OutpostCode,
    Partner,
    Public,
    Role,
    WorkerSelf,
)
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.calls import Caller
from shared.kit.context import ContextSeal, service_context
from shared.kit.keys import Keys
from shared.kit.tables import new_id

ReplyT = TypeVar("ReplyT", bound=BaseModel)


class Asker:
    """One principal's way into the services, through the same wire as the gateway's."""

    def __init__(self, caller: Caller, seal: ContextSeal, context: Context) -> None:
        self._caller, self._seal, self.context = caller, seal, context

    def ask(self, message: Message[ReplyT], *, command_id: UUID | None = None, service: str | None = None) -> ReplyT:
        headers = headers_for(self._seal, self.context, command_id or new_id(), None)
        found = self._caller.call(
            service or message.service, message.method, calls.body_of(message), headers, timeout=20
        )
        return message.reply.model_validate(found)  # type: ignore[return-value]


class Anybody:
    """Askers for every scope, over one way to the services."""

    caller: Any  # a Caller; narrower in the platforms that mix this in
    keys: Keys

    def asker(self, context: Context, signer: str = "gateway") -> Asker:
        return Asker(self.caller, ContextSeal(self.keys, signer), context)

    def hq(self, role: Role = Role.hq_admin, actor: str = "hq-test") -> Asker:
        return self.asker(Context(actor=Actor(kind="user", id=actor), role=role, scope=Hq()))

    def outpost(self, code: str, role: Role = Role.liaison_officer) -> Asker:
        actor = Actor(kind="user", id=f"{code}-test")
        return self.asker(Context(actor=actor, role=role, scope=Outpost(code=OutpostCode(code))))

    def area(self, division: str, role: Role = Role.grid_leader) -> Asker:
        actor = Actor(kind="user", id=f"area-{division}")
        return self.asker(Context(actor=actor, role=role, scope=Area(division=division)))

    def partner(self, employer_id: UUID) -> Asker:
        actor = Actor(kind="api_key", id=f"key-{employer_id}")
        return self.asker(Context(actor=actor, role=Role.partner_employer, scope=Partner(employer_id=employer_id)))

    def worker(self, worker_id: UUID) -> Asker:
        actor = Actor(kind="worker", id=str(worker_id))
        return self.asker(Context(actor=actor, role=Role.worker, scope=WorkerSelf(worker_id=worker_id)))

    def public(self) -> Asker:
        return self.asker(Context(actor=Actor(kind="anonymous", id="-"), role=Role.public, scope=Public()))

    def as_service(self, name: str) -> Asker:
        return self.asker(service_context(name), signer=name)


@contextmanager
def refused(code: str) -> Iterator[list[Problem]]:
    """The block must be refused with this code; the problem is handed out for its facts."""
    caught: list[Problem] = []
    try:
        yield caught
    except Problem as problem:
        if problem.code != code:
            pytest.fail(f"refused with {problem.code}, not {code}: {problem}")
        caught.append(problem)
        return
    pytest.fail(f"not refused; {code} was expected")
