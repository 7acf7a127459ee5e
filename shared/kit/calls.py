"""What travels beside a message: the signed context, the command id, the trace. And how one part asks another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel

from shared.contracts.base import Message
from shared.contracts.scopes import Context

ReplyT = TypeVar("ReplyT", bound=BaseModel)

# Names of nameko context data; on the wire each is the AMQP header `nameko.<name>`.
CONTEXT = "songgang_context"
COMMAND_ID = "songgang_command"
TRACEPARENT = "traceparent"


@dataclass(frozen=True)
class Call:
    """One call as the answering service sees it."""

    context: Context
    command_id: UUID | None = None


class Ask(Protocol):
    """Ask another service, as the caller or as this service itself. Never inside a transaction. `service` names the
    one that is to answer what every service answers.
    """

    def __call__(self, message: Message[ReplyT], *, as_service: bool = False, service: str | None = None) -> ReplyT: ...


class Caller(Protocol):
    """How a message gets from this process to the service that answers it. Blocking; raises Problem."""

    def call(self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any: ...


def body_of(message: Message[Any]) -> dict[str, Any]:
    return message.model_dump(mode="json")


def body_hash(body: Any) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
