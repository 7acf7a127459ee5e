"""Speaking to the platform in commands, as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.contracts.base import Message
from shared.contracts.errors import Problem
from shared.contracts.scopes import Context
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.calls import Caller
from shared.kit.context import ContextSeal
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
