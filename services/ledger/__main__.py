"""`python -m services.ledger [rpc|events|all]`: this service alone, on RabbitMQ."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
from services.ledger.service import LedgerService
from shared.kit.serving import main

main(LedgerService)
