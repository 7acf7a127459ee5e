"""The whole platform in one process: the same service classes, with threads where the broker's consumers would be.

The outbox is the queue. Everything that was committed is found again after `kill -9`, because every pass of the loop
below is a sweep; being woken only makes it sooner.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import text
from sqlalchemy.engine import Engine

from shared.kit.blobs import Blobs
from shared.kit.bus import EmbeddedBus
from shared.kit.context import ContextSeal
from shared.kit.host import HostedService, host_service
from shared.kit.keys import Keys
from shared.kit.local import LocalCaller
from shared.kit.relay import CRUMB_SECONDS, EmbeddedRelay
from shared.kit.resting import Resting
from shared.kit.settings import Settings

log = structlog.get_logger()
SWEEP_SECONDS = 1.0
DRAIN_THREADS = 2
# While a job runs, moving and handling events rests three times as long as it worked: the 200,000 events of an import
# would otherwise take more of the machine than the import itself, and they are in nobody's way afterwards. So does the
# relay between less than full batches: one transaction an event in three services takes more than the calls do.
REST = 3.0


class EmbeddedPlatform:
    """Hosts service classes on one database engine. `start` begins to move events; `close` ends cleanly."""

    def __init__(
        self,
        services: Sequence[type],
        *,
        settings: Settings,
        keys: Keys,
        engine: Engine,
        start_jobs: Callable[[], object] | None = None,
    ) -> None:
        self.settings, self.keys, self.engine = settings, keys, engine
        self.blobs = Blobs(settings, keys)
        self._resting = Resting(engine)
        self.caller = LocalCaller(on_call=self._resting.worked)
        self.hosted: dict[str, HostedService] = {}
        for service in services:
            hosted = host_service(
                service,
                settings=settings,
                keys=keys,
                blobs=self.blobs,
                engine=engine,
                caller=self.caller,
                on_events=self.wake,
                on_jobs=self._wake_jobs,
            )
            self.hosted[hosted.name] = hosted
            self.caller.add(service, hosted.runtime)
        self.bus = EmbeddedBus(
            self.caller,
            ContextSeal(keys, "gateway"),
            threads=settings.database_pool,
            timeout=settings.rpc_timeout_seconds,
        )
        self._relay = EmbeddedRelay(
            engine, {name: hosted.topics for name, hosted in self.hosted.items()}, batch=settings.event_batch
        )
        self._start_jobs = start_jobs
        self._jobs_due = threading.Event()
        self._jobs_running = False
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._dirty: queue.Queue[str | None] = queue.Queue()
        self._queued: set[str] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def wake(self) -> None:
        self._awake.set()

    def start(self) -> None:
        """Begin relaying, handling and ticking."""
        loops = [self._relay_loop, self._clock_loop, *[self._drain_loop] * DRAIN_THREADS]
        for loop in loops:
            thread = threading.Thread(target=loop, daemon=True, name=loop.__name__.strip("_"))
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Finish what is in hand, then stop."""
        self._stopping.set()
        self._awake.set()
        self._jobs_due.set()
        for _ in range(DRAIN_THREADS):
            self._dirty.put(None)
        for thread in self._threads:
            thread.join(timeout=10)
        self.bus.close()

    def settle(self, seconds: float = 30.0) -> None:
        """Move and handle until nothing is due, on this thread. Raises TimeoutError; for tests and the command line."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            moved = sum(self._relay.move(name) for name in self._relay.waiting())
            handled = sum(self.hosted[name].drainer.drain() for name in self._due())
            if not moved and not handled:
                return
        raise TimeoutError("events did not settle")

    def run_jobs(self) -> int:
        """Run every due job on this thread; how many. For tests and the command line."""
        ran = 0
        while count := sum(hosted.jobs.run_next() for hosted in self.hosted.values()):
            ran += count
        return ran

    def _relay_loop(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(SWEEP_SECONDS)
            self._awake.clear()
            try:
                while not self._stopping.is_set():
                    begun = time.monotonic()
                    moved = sum(self._relay.move(name) for name in self._relay.waiting())
                    if not moved:
                        break
                    self._mark_due()
                    self._give_way(begun, is_crumb=moved < self.settings.event_batch)
                self._mark_due()
            except Exception as error:
                self._pause("relay", error)

    def _mark_due(self) -> None:
        for name in self._due():
            with self._lock:
                if name in self._queued:
                    continue
                self._queued.add(name)
            self._dirty.put(name)

    def _due(self) -> list[str]:
        query = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name}.inbox WHERE state = 'pending' "
            "AND next_attempt_at <= clock_timestamp())"
            for name in self.hosted
        )
        with self.engine.begin() as connection:
            self._relay.become(connection)
            return [row[0] for row in connection.execute(text(query))]

    def _drain_loop(self) -> None:
        while (name := self._dirty.get()) is not None:
            with self._lock:
                self._queued.discard(name)
            try:
                begun = time.monotonic()
                while not self._stopping.is_set() and self.hosted[name].drainer.drain():
                    self._resting.worked()
                    self._give_way(begun)
                    begun = time.monotonic()
            except Exception as error:
                self._pause(f"{name}.inbox", error)

    def _give_way(self, begun: float, *, is_crumb: bool = False) -> None:
        """Rest after work on events: while a job runs, and where they come in crumbs, so that the next are a batch."""
        if self._jobs_running or is_crumb:
            longest = SWEEP_SECONDS if self._jobs_running else CRUMB_SECONDS
            self._stopping.wait(min((time.monotonic() - begun) * REST, longest))

    def _clock_loop(self) -> None:
        while not self._stopping.is_set():
            for hosted in self.hosted.values():
                try:
                    hosted.clockwork.tick()
                except Exception as error:
                    self._pause(f"{hosted.name}.timers", error)
            if self._look_at_jobs() and self._start_jobs:
                self._start_jobs()
            self._resting.look()
            self._jobs_due.wait(SWEEP_SECONDS)
            self._jobs_due.clear()

    def _look_at_jobs(self) -> bool:
        """Whether a job waits to be run; notes whether one is running."""
        try:
            found = [hosted.jobs.look() for hosted in self.hosted.values()]
        except Exception as error:
            self._pause("jobs", error)
            return False
        self._jobs_running = any(running for _, running in found)
        return any(due for due, _ in found)

    def _wake_jobs(self) -> None:
        self._jobs_due.set()

    def _pause(self, part: str, error: Exception) -> None:
        if not self._stopping.is_set():
            log.warning("paused after an error", part=part, error=type(error).__name__)
            self._stopping.wait(1.0)
