"""`python -m services.training [rpc|events|all]`: this service alone, on RabbitMQ."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
from services.training.service import TrainingService
from shared.kit.serving import main

main(TrainingService)
