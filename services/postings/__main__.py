"""`python -m services.postings [rpc|events|all]`: this service alone, on RabbitMQ."""

import shared.kit.patching  # noqa: F401  (eventlet must patch before anything else is imported)

# isort: split
from services.postings.service import PostingsService
from shared.kit.serving import main

main(PostingsService)
