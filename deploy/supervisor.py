"""`songgang up` on RabbitMQ: a process for each part, watched and started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from deploy import embedded
from deploy.serving import declare_broker
from deploy.up import free_port
from shared.kit.serving import broker_uri
from shared.kit.settings import SERVICES, Settings

log = structlog.get_logger()
STABLE_SECONDS = 20.0


@dataclass
class Part:
    """One supervised process. A part that keeps dying is started again after a growing pause, never given up."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restarts: int = 0
    not_before: float = field(default=0.0)

    def start(self, environment: dict[str, str]) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen([sys.executable, "-m", "deploy.cli", *self.arguments], env=environment)

    def look(self) -> None:
        """Notice a death, and decide when to start again."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > STABLE_SECONDS else self.failures + 1
        self.not_before = time.monotonic() + min(0.2 * 2**self.failures, 10.0)
        log.warning("a part ended and is started again", name=self.name, status=self.process.returncode)
        self.process = None
        self.restarts += 1


def parts_of(settings: Settings, services: Sequence[str] = SERVICES) -> list[Part]:
    """The processes of the platform: one a service, one for jobs, and the gateway.

    With `split_events` two a service, so that a flood of events cannot starve its calls even on few processors.
    """
    listen = ["--host", settings.host, "--port", str(settings.port)]
    data = ["--data", str(settings.data)]
    roles = ("rpc", "events") if settings.split_events else ("all",)
    return [
        *(Part(f"{name}.{role}", ["serve", name, "--role", role, *data]) for name in services for role in roles),
        Part("jobs", ["jobs", "--all", *data]),
        Part("gateway", ["gateway", *listen, *data]),
    ]


def run_native(settings: Settings) -> int:
    """Start everything, keep it running until Ctrl-C or SIGTERM; the exit status."""
    broker_uri(settings)
    settings = settings.model_copy(update={"port": free_port(settings.host, settings.port)})
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with embedded.database(settings) as found:
        declare_broker(settings)
        environment = {**os.environ, "SONGGANG_DATABASE_URL": found.admin_url, "PYTHONUNBUFFERED": "1"}
        parts = parts_of(settings)
        try:
            for part in parts:
                part.start(environment)
            first_administrator(settings, stopping)
            while not stopping.wait(0.2):
                for part in parts:
                    part.look()
                    if part.process is None and time.monotonic() >= part.not_before:
                        part.start(environment)
        finally:
            _end(parts)
    return 0


def first_administrator(settings: Settings, stopping: threading.Event) -> None:
    """Create the county on a first start, once identity answers."""
    from deploy.up import announce
    from shared.contracts.errors import Problem
    from shared.contracts.identity import BootstrapCounty
    from shared.kit.bus import ask_now
    from shared.kit.context import ContextSeal, service_context
    from shared.kit.keys import load_keys
    from shared.kit.rabbit import RabbitCaller

    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    caller = RabbitCaller(broker_uri(settings))
    seal = ContextSeal(load_keys(settings), "identity")
    try:
        while not stopping.is_set():
            try:
                reply = ask_now(
                    caller, seal, BootstrapCounty(admin_password=given), service_context("identity"), timeout=3.0
                )
            except Problem:
                stopping.wait(0.3)
                continue
            announce(settings, reply.generated_password)
            return
    finally:
        caller.close()


def _end(parts: Sequence[Part]) -> None:
    """The gateway first, so that nothing new comes in; then everything else."""
    for part in reversed(parts):
        if part.process is not None and part.process.poll() is None:
            part.process.terminate()
    deadline = time.monotonic() + 15
    for part in parts:
        if part.process is not None:
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
