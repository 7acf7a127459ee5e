"""A platform that nobody uses gives its memory back.

A database session keeps what it learnt of nine schemas (25 MB each), and Python keeps what a busy hour needed.
"""

from __future__ import annotations

import ctypes
import gc
import time

from sqlalchemy.engine import Engine

IDLE_SECONDS = 20.0


class Resting:
    """Told of all work; looked at by the clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last_work = time.monotonic()
        self._is_resting = False

    def worked(self) -> None:
        self._last_work = time.monotonic()
        self._is_resting = False

    def look(self) -> bool:
        """After so long without work, close idle sessions and return free memory, once; whether it rests."""
        if not self._is_resting and time.monotonic() - self._last_work > IDLE_SECONDS:
            self._is_resting = True
            self._engine.dispose()
            gc.collect()
            _trim()
        return self._is_resting


def _trim() -> None:
    """glibc gives freed memory back to the system only when asked; other libraries of C have no such call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
