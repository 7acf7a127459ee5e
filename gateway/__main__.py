"""`python -m gateway` serves HTTP on a broker, configured by the environment."""

from gateway.app import create_app
from gateway.serving import make_server
from shared.kit import telemetry
from shared.kit.blobs import Blobs
from shared.kit.collector import hold_little
from shared.kit.context import ContextSeal
from shared.kit.keys import load_keys
from shared.kit.logs import configure_logs
from shared.kit.rabbit import RabbitCaller
from shared.kit.rabbit_bus import RabbitBus
from shared.kit.serving import broker_uri
from shared.kit.settings import SERVICES, settings_from_environment


def main() -> None:
    hold_little()
    settings = settings_from_environment()
    configure_logs(settings, "gateway")
    telemetry.start(settings, "gateway")
    keys = load_keys(settings)
    bus = RabbitBus(
        RabbitCaller(broker_uri(settings)),
        ContextSeal(keys, "gateway"),
        services=SERVICES,
        timeout=settings.rpc_timeout_seconds,
    )
    try:
        make_server(create_app(bus=bus, settings=settings, keys=keys, blobs=Blobs(settings, keys)), settings).run()
    finally:
        bus.close()


if __name__ == "__main__":
    main()
