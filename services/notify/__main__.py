"""`python -m services.notify [rpc|events|all]`: this service alone, on RabbitMQ."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
from services.notify.service import NotifyService
from shared.kit.serving import main

main(NotifyService)
