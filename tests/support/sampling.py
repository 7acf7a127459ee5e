"""How much of a long suite a run takes: a sample that repeats, or everything."""

from __future__ import annotations

import os
import random

IS_FULL = os.environ.get("SONGGANG_TEST_FULL") == "1"


def _seed() -> int:
    given = os.environ.get("SONGGANG_SEED", "20191101")
    return random.SystemRandom().randrange(10**6) if given == "random" else int(given)


# The same sample in every plain run, so that a red run is the change's own doing; `SONGGANG_SEED=random` draws one.
SEED = _seed()
