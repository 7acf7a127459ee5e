"""`make faults KILLS=200`: the long run of the fault suite; prints what it did."""

from __future__ import annotations

import argparse
import os
import sys

import pytest


def main() -> int:
    parser = argparse.ArgumentParser(description="kill -9 at random moments, then check that nothing was lost")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20191101)
    given = parser.parse_args()
    os.environ.update(KILLS=str(given.kills), SEED=str(given.seed))
    return int(pytest.main(["tests/faults", "-q", "-s", "-m", "faults"]))


if __name__ == "__main__":
    sys.exit(main())
