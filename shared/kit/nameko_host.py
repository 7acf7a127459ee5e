"""Running one service on RabbitMQ in a nameko container: answering calls, or moving events, or both."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from kombu import Consumer
from nameko.containers import ServiceContainer

from shared.kit import inbox, parcels
from shared.kit.envelopes import Sealed
from shared.kit.host import HostedService
from shared.kit.rabbit import BatchPublisher, connect, event_queue, received
from shared.kit.relay import CRUMB_SECONDS, BrokerRelay

log = structlog.get_logger()
GATHER_SECONDS = 0.02
SWEEP_SECONDS = 0.5
# Events that come a few at a time: the relay rests so much longer than it worked, that the next ones are a batch.
REST = 3.0


class EventMachinery:
    """One service's relay, consumer, drainer and timers, as green threads of its container."""

    def __init__(self, hosted: HostedService, amqp_uri: str) -> None:
        self._hosted = hosted
        self._uri = amqp_uri
        self._relay = BrokerRelay(hosted.runtime, BatchPublisher(amqp_uri))
        self._published = threading.Event()
        self._received = threading.Event()
        self._started = False
        self._stopping = False

    def start(self, container: ServiceContainer) -> None:
        if self._started:
            return
        self._started = True
        for loop in (self._relay_loop, self._consume_loop, self._drain_loop, self._clock_loop):
            container.spawn_managed_thread(loop, identifier=loop.__name__)

    def stop(self) -> None:
        self._stopping = True

    def committed(self) -> None:
        """A transaction of this process published something; the relay need not wait for its sweep."""
        self._published.set()

    def _relay_loop(self) -> None:
        batch = self._hosted.runtime.kit.settings.event_batch

        def move() -> int:
            begun = time.monotonic()
            moved = self._relay.move()
            if 0 < moved < batch:
                time.sleep(min((time.monotonic() - begun) * REST, CRUMB_SECONDS))
            return moved

        self._repeat("relay", move, self._published)

    def _drain_loop(self) -> None:
        self._repeat("inbox", self._hosted.drainer.drain, self._received)

    def _clock_loop(self) -> None:
        def tick() -> int:
            self._hosted.clockwork.tick()
            return 0

        self._repeat("timers", tick, threading.Event())

    def _repeat(self, part: str, step: Callable[[], int], awake: threading.Event) -> None:
        """Do a step again while it finds work, else when woken, and at the latest after the sweep's interval."""
        while not self._stopping:
            try:
                awake.clear()
                if step():
                    time.sleep(0)
                    continue
            except Exception as error:
                log.warning("paused after an error", part=part, error=type(error).__name__)
                time.sleep(1.0)
            awake.wait(SWEEP_SECONDS)

    def _consume_loop(self) -> None:
        pause = 0.2
        while not self._stopping:
            try:
                self._consume()
                pause = 0.2
            except Exception as error:
                log.warning("consumer interrupted", error=type(error).__name__)
                time.sleep(pause)
                pause = min(pause * 2, 3.0)

    def _consume(self) -> None:
        """Gather messages for a moment, store them in one transaction, then acknowledge them all at once.

        The broker counts messages, and each may be a parcel: what it hands out ahead is bounded for that.
        """
        batch = self._hosted.runtime.kit.settings.event_batch
        ahead = max(batch // 2, 2)
        waiting: list[Any] = []
        with connect(self._uri, heartbeat=10) as connection, connection.channel() as channel:
            queue = event_queue(self._hosted.name, self._hosted.topics)
            consumer = Consumer(
                channel, queues=[queue], on_message=waiting.append, prefetch_count=ahead, accept=["json"]
            )
            with consumer:
                checked = time.monotonic()
                while not self._stopping:
                    timeout = GATHER_SECONDS if waiting else 1.0
                    drained = True
                    try:
                        connection.drain_events(timeout=timeout)
                    except TimeoutError:
                        drained = False
                    is_enough = len(waiting) >= ahead // 2 or sum(map(_weight, waiting)) >= batch
                    if waiting and (is_enough or not drained):
                        self._store(waiting)
                        waiting.clear()
                    if time.monotonic() - checked > 2:
                        connection.heartbeat_check()
                        checked = time.monotonic()

    def _store(self, waiting: list[Any]) -> None:
        events: list[Sealed] = []
        for message in waiting:
            try:
                events.append(received(message))
            except ValueError as error:
                log.warning("undecodable message dead-lettered", error=type(error).__name__)
                message.reject(requeue=False)
        runtime = self._hosted.runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            inbox.receive(session, events)
        self._received.set()
        acknowledged = [message for message in waiting if not message.acknowledged]
        if acknowledged:
            acknowledged[-1].ack(multiple=True)


def _weight(message: Any) -> int:
    return parcels.weight(str((message.headers or {}).get("aggregate_id", "")))


def make_container(
    hosted: HostedService, amqp_uri: str, *, answers: bool, machinery: EventMachinery | None, workers: int
) -> ServiceContainer:
    """A nameko container for one service that answers calls, or moves events, or both."""
    return ServiceContainer(
        hosted.service,
        {
            "AMQP_URI": amqp_uri,
            "max_workers": workers,
            "serializer": "json",
            "runtime": hosted.runtime,
            "answers_calls": answers,
            "event_machinery": machinery,
        },
    )


def run_container(container: ServiceContainer) -> None:
    """Run until it is stopped or dies; Ctrl-C and SIGTERM end it after the calls in hand."""
    container.start()
    try:
        container.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):
            container.stop()
