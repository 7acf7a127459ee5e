"""Serves one of the kit's sample services on RabbitMQ: `python -m tests.bench.sample_serving NAME ROLE DATA`."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
import sys
from pathlib import Path

from shared.kit.logs import configure_logs
from shared.kit.serving import serve_service
from shared.kit.settings import Settings
from tests.kit.sample import ReaderService, WriterService


def main() -> None:
    name, role, data = sys.argv[1:4]
    settings = Settings(_env_file=None, data=Path(data))
    configure_logs(settings, name)
    serve_service(settings, {"writer": WriterService, "reader": ReaderService}[name], role)


main()
