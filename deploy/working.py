"""Processes that work on jobs: beside the embedded platform, or one a service on RabbitMQ."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence

import structlog

from deploy.topology import service_classes
from shared.kit import telemetry
from shared.kit.blobs import Blobs
from shared.kit.collector import ease_collector
from shared.kit.database import make_engine
from shared.kit.host import HostedService, host_service
from shared.kit.keys import load_keys
from shared.kit.local import LocalCaller
from shared.kit.migrate import app_url
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import SERVICES, Settings

log = structlog.get_logger()


def work_on_jobs(settings: Settings, services: Sequence[str], idle_exit: float) -> None:
    """Run due jobs until told to end, or until nothing was due for `idle_exit` seconds."""
    telemetry.start(settings, "jobs")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    hosted = [one for one in hosted_services(settings) if one.name in services]
    ease_collector()
    idle_since = time.monotonic()
    while not stopping.is_set():
        try:
            ran = sum(one.jobs.run_next() for one in hosted)
        except Exception as error:
            log.warning("jobs paused", error=type(error).__name__)
            ran = 0
            if settings.is_embedded and running_url(settings) is None:
                return
        if ran:
            idle_since = time.monotonic()
        elif idle_exit and time.monotonic() - idle_since > idle_exit:
            return
        else:
            stopping.wait(0.5)


def running_url(settings: Settings) -> str | None:
    """Where the database is that another process of ours looks after."""
    return settings.database_url or EmbeddedPostgres.running_dsn(settings.data / "postgres")


def hosted_services(settings: Settings) -> list[HostedService]:
    """Every service as this process may use it: jobs ask the others in place, or through the broker."""
    keys = load_keys(settings)
    url = running_url(settings)
    if url is None:
        raise SystemExit("the database is not running; start the platform first (songgang up)")
    engine = make_engine(app_url(url, keys), pool_size=4)
    blobs = Blobs(settings, keys)
    if settings.amqp_uri:
        from shared.kit.rabbit import RabbitCaller

        caller = RabbitCaller(settings.amqp_uri)
        return [
            host_service(one, settings=settings, keys=keys, blobs=blobs, engine=engine, caller=caller)
            for one in service_classes()
        ]
    local = LocalCaller()
    hosted = []
    for one in service_classes(SERVICES):
        made = host_service(one, settings=settings, keys=keys, blobs=blobs, engine=engine, caller=local)
        local.add(one, made.runtime)
        hosted.append(made)
    return hosted
