"""Putting a service into a process: its runtime, its handlers, its timers and its jobs, for either bus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine

from shared.contracts.base import Envelope
from shared.kit import envelopes, grants, resealing, telemetry
from shared.kit.blobs import Blobs
from shared.kit.calls import Caller
from shared.kit.context import ContextSeal
from shared.kit.database import Database
from shared.kit.entrypoints import Declared, Listening, declared, with_kit
from shared.kit.inbox import Drainer, Handle
from shared.kit.jobs import JobFunction, JobRunner
from shared.kit.keys import Keys
from shared.kit.migrate import uses_grants
from shared.kit.session import Kit, Session
from shared.kit.settings import Settings
from shared.kit.ticking import Clockwork
from shared.kit.unit import Runtime


@dataclass
class HostedService:
    """One service in this process, ready to answer, to hear and to work."""

    service: type
    declares: Declared
    runtime: Runtime
    drainer: Drainer
    clockwork: Clockwork
    jobs: JobRunner

    @property
    def name(self) -> str:
        return self.runtime.name

    @property
    def topics(self) -> tuple[str, ...]:
        return heard_topics(self.service)


def heard_topics(service: type) -> tuple[str, ...]:
    """What a service's inbox takes in: its subscriptions, and the grants' topics where its rows are lent by grant."""
    topics = set(declared(with_kit(service)).topics)
    if "#" not in topics and uses_grants(service.name):  # type: ignore[attr-defined]
        topics |= set(grants.TOPICS)
    return tuple(sorted(topics))


def host_service(
    service: type,
    *,
    settings: Settings,
    keys: Keys,
    blobs: Blobs,
    engine: Engine,
    caller: Caller,
    on_events: Callable[[], None] | None = None,
    on_jobs: Callable[[], None] | None = None,
) -> HostedService:
    """Build one service for this process; nothing runs yet."""
    name: str = service.name  # type: ignore[attr-defined]
    telemetry.instrument_engine(engine)
    kit = Kit(name, settings, keys, blobs)
    database = Database(kit, engine, on_events=on_events, on_jobs=on_jobs)
    runtime = Runtime(kit, database, ContextSeal(keys, name), caller, settings.rpc_timeout_seconds)
    whole = with_kit(service)
    declares = declared(whole)
    functions: dict[str, JobFunction] = {
        getattr(function, "job_kind"): function  # noqa: B009
        for function in (*getattr(service, "jobs", ()), resealing.job_of(getattr(service, "sealed", ())))
    }
    return HostedService(
        service=whole,
        declares=declares,
        runtime=runtime,
        drainer=Drainer(runtime, _handlers(whole, declares), has_grants=uses_grants(name)),
        clockwork=Clockwork(
            runtime,
            {tick: (ticking, _bound(whole, tick)) for tick, ticking in declares.ticks.items()},
        ),
        jobs=JobRunner(runtime, functions),
    )


def _bound(service: type, method: str) -> Callable[[Any], None]:
    def run(given: Any) -> None:
        getattr(service(), method)(given)

    return run


def _handlers(service: type, declares: Declared) -> Mapping[str, Handle]:
    return {
        topic: _handle(service, method, listening)
        for method, listening in declares.listens.items()
        for topic in listening.topics
    }


def _handle(service: type, method: str, listening: Listening) -> Handle:
    def many(session: Session, found: Sequence[Envelope]) -> None:
        getattr(service(), method)(session, [envelopes.event_of(envelope) for envelope in found])

    def one(session: Session, envelope: Envelope) -> None:
        given = envelope if listening.wants_envelope else envelopes.event_of(envelope)
        getattr(service(), method)(session, given)

    return Handle(many=many) if listening.wants_many else Handle(one=one)
