"""One service in a process of its own, on RabbitMQ."""

from __future__ import annotations

import signal
import sys

from shared.kit import telemetry
from shared.kit.blobs import Blobs
from shared.kit.collector import ease_collector, hold_little
from shared.kit.database import make_engine
from shared.kit.host import host_service
from shared.kit.keys import load_keys
from shared.kit.logs import configure_logs
from shared.kit.migrate import app_url
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import Settings, settings_from_environment

ROLES = ("rpc", "events", "all")


def broker_uri(settings: Settings) -> str:
    if not settings.amqp_uri:
        raise SystemExit("this part runs on RabbitMQ: set SONGGANG_AMQP_URI (or use `songgang up`, which needs none)")
    return settings.amqp_uri


def serve_service(settings: Settings, service: type, role: str) -> None:
    """Answer a service's calls (`rpc`), move its events (`events`), or both (`all`), until SIGTERM.

    The process must have imported `shared.kit.patching` before anything else.
    """
    from shared.kit.nameko_host import EventMachinery, make_container, run_container
    from shared.kit.rabbit import RabbitCaller

    uri = broker_uri(settings)
    telemetry.start(settings, service.name)  # type: ignore[attr-defined]
    keys = load_keys(settings)
    url = settings.database_url or EmbeddedPostgres.running_dsn(settings.data / "postgres")
    if url is None:
        raise SystemExit("the database is not running: set SONGGANG_DATABASE_URL, or start `songgang up`")
    machinery: EventMachinery | None = None

    def committed() -> None:
        if machinery is not None:
            machinery.committed()

    hosted = host_service(
        service,
        settings=settings,
        keys=keys,
        blobs=Blobs(settings, keys),
        engine=make_engine(settings.app_database_url or app_url(url, keys), pool_size=settings.database_pool),
        caller=RabbitCaller(uri),
        on_events=committed,
    )
    if role in ("events", "all"):
        machinery = EventMachinery(hosted, uri)
    container = make_container(
        hosted, uri, answers=role in ("rpc", "all"), machinery=machinery, workers=settings.rpc_workers
    )
    ease_collector()

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    run_container(container)


def main(service: type) -> None:
    """`python -m services.<name> [rpc|events|all]`, configured by the environment."""
    role = sys.argv[1] if len(sys.argv) > 1 else "all"
    if role not in ROLES:
        raise SystemExit(f"role must be one of {', '.join(ROLES)}")
    hold_little()
    settings = settings_from_environment()
    configure_logs(settings, service.name)  # type: ignore[attr-defined]
    serve_service(settings, service, role)
