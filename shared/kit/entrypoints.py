"""The decorators of a service class: what it answers, what it listens to, what it does by the clock.

They are nameko entrypoints. Outside nameko (embedded mode, tests) the same declarations are read by `declared`, and
the same methods are called with the same arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from nameko.extensions import register_entrypoint

from shared.contracts import kit as kit_contracts
from shared.contracts.base import Command, Event, Message
from shared.contracts.scopes import Role
from shared.kit import jobs, operations, personal, resealing
from shared.kit.listening import EventListener
from shared.kit.rpc import WireRpc
from shared.kit.session import Session
from shared.kit.unit import Answering, Unit

__all__ = ["Unit", "command", "declared", "query", "subscribe", "subscribe_all", "subscribe_many", "timer", "with_kit"]

MethodT = TypeVar("MethodT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Listening:
    """A subscription: the topics, and whether the method wants the typed event, several of them, or the envelope."""

    topics: tuple[str, ...]
    wants_envelope: bool = False
    wants_many: bool = False


@dataclass(frozen=True)
class Ticking:
    """Work by the clock: one replica at a time, in its own transaction, or `outside` of any."""

    name: str
    seconds: float
    outside: bool = False


@dataclass(frozen=True)
class Declared:
    """Everything one service class declares, by method name."""

    answers: dict[str, Answering]
    listens: dict[str, Listening]
    ticks: dict[str, Ticking]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({topic for listening in self.listens.values() for topic in listening.topics}))


def command(
    message: type[Message[Any]],
    *,
    allow: Iterable[str],
    roles: Iterable[Role] = (),
    before: Callable[..., Any] | None = None,
    as_service: bool = False,
) -> Callable[[MethodT], Any]:
    """Answer a command: once per command id, in one transaction with its events.

    `allow` names the scope kinds that may ask (the machinery always may), `roles` narrows them. `before` runs ahead of
    the transaction and may ask other services; what it returns is the method's third argument. `as_service` carries it
    out under the service's own scope although a narrower one asked: only where the rule itself does the narrowing.
    """
    writes = issubclass(message, Command)
    return _answering(Answering(message, frozenset(allow), frozenset(roles), before, as_service, writes))


def query(
    message: type[Message[Any]],
    *,
    allow: Iterable[str],
    roles: Iterable[Role] = (),
    before: Callable[..., Any] | None = None,
    as_service: bool = False,
) -> Callable[[MethodT], Any]:
    """Answer a query: one transaction, nothing stored."""
    return _answering(Answering(message, frozenset(allow), frozenset(roles), before, as_service, writes=False))


def _answering(entry: Answering) -> Callable[[MethodT], Any]:
    def decorate(method: MethodT) -> Any:
        if entry.message.service not in ("kit", "") and method.__name__ != entry.message.method:
            raise TypeError(f"{method.__name__} must be called {entry.message.method}, its name on the wire")

        @wraps(method)
        def answer(self: Any, body: Any = None) -> Any:
            return self.unit.answer(entry, method, self, body)

        answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
                inspect.Parameter("body", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None),
            ]
        )
        answer.declares = entry  # type: ignore[attr-defined]
        register_entrypoint(answer, WireRpc())
        return answer

    return decorate


def subscribe(event: type[Event]) -> Callable[[MethodT], MethodT]:
    """Hear one event, effectively once, under this service's scope narrowed to the event's outpost."""
    return _listening(Listening((event.topic,)))


def subscribe_many(event: type[Event]) -> Callable[[MethodT], MethodT]:
    """Hear the same as `subscribe`, as many at once as came one after the other: `method(session, events)`."""
    return _listening(Listening((event.topic,), wants_many=True))


def subscribe_all(method: MethodT) -> MethodT:
    """Hear every event of every service, as envelopes: `method(session, envelope)`."""
    return _listening(Listening(("#",), wants_envelope=True))(method)


def _listening(listening: Listening) -> Callable[[MethodT], MethodT]:
    def decorate(method: MethodT) -> MethodT:
        method.declares = listening  # type: ignore[attr-defined]
        register_entrypoint(method, EventListener())
        return method

    return decorate


def timer(*, seconds: float, outside: bool = False) -> Callable[[MethodT], MethodT]:
    """Do something every so often, by the database's clock, on one replica at a time.

    The method gets a session; with `outside`, a `Ticker` that opens transactions itself, so that a network call can
    fall between them.
    """

    def decorate(method: MethodT) -> MethodT:
        method.declares = Ticking(method.__name__, seconds, outside)  # type: ignore[attr-defined]
        register_entrypoint(method, EventListener())
        return method

    return decorate


def declared(service: type) -> Declared:
    """Read a service class's declarations."""
    answers: dict[str, Answering] = {}
    listens: dict[str, Listening] = {}
    ticks: dict[str, Ticking] = {}
    heard: set[str] = set()
    for name, method in inspect.getmembers(service, inspect.isfunction):
        found = getattr(method, "declares", None)
        if isinstance(found, Answering):
            answers[name] = found
        elif isinstance(found, Listening):
            if heard & set(found.topics):
                raise TypeError(f"{service.__name__}: two methods hear {heard & set(found.topics)}")
            heard |= set(found.topics)
            listens[name] = found
        elif isinstance(found, Ticking):
            ticks[name] = found
    return Declared(answers, listens, ticks)


class KitEntrypoints:
    """What every service answers about itself; mixed into each service class by the host."""

    sealed: tuple[resealing.SealedColumn, ...] = ()
    personal: tuple[personal.PersonalTable, ...] = ()

    @query(kit_contracts.KitStatus, allow=("hq",), as_service=True)
    def kit_status(self, session: Session, message: kit_contracts.KitStatus) -> kit_contracts.ServiceStatus:
        return operations.status(session)

    @query(kit_contracts.ListParked, allow=("hq",), as_service=True)
    def list_parked(self, session: Session, message: kit_contracts.ListParked) -> Any:
        return operations.list_parked(session, message)

    @command(kit_contracts.ReplayParked, allow=("hq",), roles=(Role.hq_admin,), as_service=True)
    def replay_parked(self, session: Session, message: kit_contracts.ReplayParked) -> Any:
        return operations.replay_parked(session, message)

    @command(kit_contracts.DiscardParked, allow=("hq",), roles=(Role.hq_admin,), as_service=True)
    def discard_parked(self, session: Session, message: kit_contracts.DiscardParked) -> Any:
        return operations.discard_parked(session, message)

    @query(kit_contracts.GetSealUses, allow=("hq",), roles=(Role.hq_admin, Role.hq_auditor), as_service=True)
    def get_seal_uses(self, session: Session, message: kit_contracts.GetSealUses) -> kit_contracts.SealUses:
        return resealing.uses(session, self.sealed)

    @command(kit_contracts.ResealRecords, allow=("hq",), roles=(Role.hq_admin,), as_service=True)
    def reseal_records(self, session: Session, message: kit_contracts.ResealRecords) -> Any:
        return resealing.begin(session, self.sealed)

    @query(kit_contracts.GetPersonalRecords, allow=("hq",), roles=(Role.hq_admin, Role.hq_officer))
    def get_personal_records(
        self, session: Session, message: kit_contracts.GetPersonalRecords
    ) -> kit_contracts.PersonalRecords:
        return personal.personal_records(session, self.personal, self.sealed, message.worker_id)

    @query(kit_contracts.GetOwnRecords, allow=("worker",), as_service=True)
    def get_own_records(self, session: Session, message: kit_contracts.GetOwnRecords) -> kit_contracts.PersonalRecords:
        """As the service: the person is told what outposts and the machinery keep, too."""
        return personal.own_records(session, self.personal, self.sealed)

    @query(kit_contracts.GetJob, allow=("hq", "area", "outpost", "partner", "worker"))
    def get_job(self, session: Session, message: kit_contracts.GetJob) -> Any:
        return jobs.job_state(session, message.job_id)

    @command(kit_contracts.CancelJob, allow=("hq", "area", "outpost", "partner", "worker"))
    def cancel_job(self, session: Session, message: kit_contracts.CancelJob) -> Any:
        return jobs.cancel(session, message.job_id)

    @timer(seconds=600)
    def prune(self, session: Session) -> None:
        operations.prune(session)


def with_kit(service: type) -> type:
    """The service class as the hosts run it: with the kit's own entrypoints beside its own."""
    if issubclass(service, KitEntrypoints):
        return service
    return type(service.__name__, (service, KitEntrypoints), {"name": service.name, "__module__": service.__module__})  # type: ignore[attr-defined]
