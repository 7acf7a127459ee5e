"""`python -m services.identity [rpc|events|all]` runs this service alone, on a broker."""

import shared.kit.patching  # noqa: F401  - before anything that imports sockets or threads
from services.identity.service import IdentityService
from shared.kit.serving import main

if __name__ == "__main__":
    main(IdentityService)
