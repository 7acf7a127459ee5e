"""The forms every message has: commands and queries that one service answers, events that many may hear."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.scopes import Actor, OutpostCode

ReplyT = TypeVar("ReplyT", bound=BaseModel)
ItemT = TypeVar("ItemT")


class View(BaseModel):
    """What a service answers. Field names are the API's."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)


class Nothing(View):
    """The answer of a command that only has to succeed."""


class Message(BaseModel, Generic[ReplyT]):
    """A request to exactly one service: the one whose contracts module declares it.

    The wire name of `RegisterWorker` in `shared.contracts.registry` is method `register_worker` of service `registry`.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    service: ClassVar[str] = ""
    method: ClassVar[str] = ""
    reply: ClassVar[type[BaseModel]] = Nothing

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not cls.__module__.startswith("shared.contracts.") or cls.__module__ == __name__:
            return
        cls.service = cls.__module__.split(".")[2]
        cls.method = snake_case(cls.__name__)
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
            if arguments and isinstance(arguments[0], type):
                cls.reply = arguments[0]
                break


class Command(Message[ReplyT], Generic[ReplyT]):
    """Changes something, once per command id: the kit stores id, body hash and reply with the effect."""


class Query(Message[ReplyT], Generic[ReplyT]):
    """Reads; changes nothing and is not stored. (A read that must be audited is a Command.)"""


class Event(BaseModel):
    """A fact that happened. Ids, divisions, skills, states and amounts only: no name, phone, identity number, address.

    `topic` is noun.past; `aggregate` names the field whose value orders the events of one thing; `about_worker` names
    the field that holds the worker for the ledger, if the event is about one.
    """

    model_config = ConfigDict(extra="ignore", defer_build=True)

    topic: ClassVar[str] = ""
    aggregate: ClassVar[str] = "id"
    about_worker: ClassVar[str | None] = "worker_id"
    by_topic: ClassVar[dict[str, type[Event]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.topic:
            if cls.by_topic.get(cls.topic, cls).__qualname__ != cls.__qualname__:
                raise ValueError(f"topic {cls.topic} is declared twice")
            cls.by_topic[cls.topic] = cls

    def aggregate_id(self) -> str:
        return str(getattr(self, self.aggregate))

    def worker(self) -> UUID | None:
        found = getattr(self, self.about_worker, None) if self.about_worker else None
        return found if isinstance(found, UUID) else None


class Envelope(BaseModel):
    """An event on its way: who published it, about what, in which order, caused by whom."""

    event_id: UUID
    topic: str
    publisher: str
    aggregate_id: str
    version: int
    at: datetime
    actor: Actor
    outpost: OutpostCode | None = None
    worker_id: UUID | None = None
    body: dict[str, Any]
    traceparent: str | None = None
    key_id: str = ""
    signature: str = ""


class Page(View, Generic[ItemT]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[ItemT]
    next_cursor: str | None = None


class PageRequest(BaseModel):
    """How a list is asked for. `cursor` is opaque and comes from the previous page."""

    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=500)


class BlobRef(BaseModel):
    """A stored file, named by the SHA-256 of its content. The bytes never travel in a message."""

    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    media_type: str = "application/octet-stream"
    filename: str | None = None


class JobState(View):
    """Long work: `{id, state, progress, …result fields}`."""

    id: str
    kind: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float = Field(ge=0, le=1, description="share done, 0 to 1")
    done: int = 0
    total: int | None = None
    step: str | None = None
    problem: dict[str, Any] | None = None
    result: dict[str, Any] = Field(default_factory=dict)
    created_at: datetime
    finished_at: datetime | None = None


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
