"""How tests wait: for a condition, with a deadline, never for an amount of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

FoundT = TypeVar("FoundT")


def wait_for(
    condition: Callable[[], FoundT | None], *, seconds: float = 10, every: float = 0.02, what: str = ""
) -> FoundT:
    """Ask until the answer is true and return it; fail when the deadline has passed."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(every)
    return found
