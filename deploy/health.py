"""Whether a part of the platform does its work: the answer to a container's health check, by exit status.

`python -m deploy.health gateway` asks the gateway; `python -m deploy.health SERVICE` looks whether the service's
queues have a consumer. A part that lives but lost its broker is not healthy.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from http.client import HTTPConnection

from shared.kit.settings import SERVICES, Settings, settings_from_environment

TIMEOUT_SECONDS = 3


def gateway_answers(settings: Settings) -> bool:
    connection = HTTPConnection("127.0.0.1", settings.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def service_consumes(settings: Settings, service: str) -> bool:
    """Whether both of the service's queues, calls and events, have somebody listening."""
    from shared.kit.rabbit import connect

    connection = connect(str(settings.amqp_uri))
    try:
        channel = connection.channel()
        return all(
            channel.queue_declare(queue, passive=True).consumer_count > 0
            for queue in (f"rpc-{service}", f"songgang.{service}.events")
        )
    except (*connection.connection_errors, *connection.channel_errors):
        return False
    finally:
        connection.release()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ("gateway", *SERVICES):
        print(f"which part? gateway, {', '.join(SERVICES)}", file=sys.stderr)
        return 2
    settings = settings_from_environment()
    part = arguments[0]
    return 0 if (gateway_answers(settings) if part == "gateway" else service_consumes(settings, part)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
