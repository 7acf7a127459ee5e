"""The gateway in a process of its own, and the broker's topology, on RabbitMQ."""

from __future__ import annotations

from deploy.topology import service_class
from shared.kit import telemetry
from shared.kit.blobs import Blobs
from shared.kit.collector import ease_collector
from shared.kit.context import ContextSeal
from shared.kit.host import heard_topics
from shared.kit.keys import load_keys
from shared.kit.serving import broker_uri
from shared.kit.settings import SERVICES, Settings


def declare_broker(settings: Settings) -> None:
    """Declare every exchange and queue, so that no event is published before its subscribers' queues exist."""
    from shared.kit.rabbit import declare

    declare(broker_uri(settings), {name: heard_topics(service_class(name)) for name in SERVICES})


def serve_gateway(settings: Settings) -> None:
    """Serve HTTP until Ctrl-C or SIGTERM."""
    import uvicorn

    from gateway.app import create_app
    from shared.kit.rabbit import RabbitCaller
    from shared.kit.rabbit_bus import RabbitBus

    telemetry.start(settings, "gateway")
    keys = load_keys(settings)
    bus = RabbitBus(
        RabbitCaller(broker_uri(settings)),
        ContextSeal(keys, "gateway"),
        services=SERVICES,
        timeout=settings.rpc_timeout_seconds,
    )
    app = create_app(bus=bus, settings=settings, keys=keys, blobs=Blobs(settings, keys))
    ease_collector()
    try:
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
    finally:
        bus.close()
