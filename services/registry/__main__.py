"""`python -m services.registry [rpc|events|all]`: this service alone, on RabbitMQ."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
from services.registry.service import RegistryService
from shared.kit.serving import main

main(RegistryService)
