"""Memory in a process that serves for days: Python's garbage collector, and how the C library allocates for threads."""

from __future__ import annotations

import ctypes
import gc

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE = 8 * 1024**2


def hold_little() -> None:
    """Call first, before any thread: large blocks go back to the system when they are freed, and threads share arenas.

    glibc gives each thread an arena of its own that it never shrinks, and moves the bound for large blocks up with the
    first one freed: a password hash (19 MB) in each of twelve threads kept 230 MB for good. Other libraries of C have
    no such call and need none.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, 2)
        set_option(_M_MMAP_THRESHOLD, _LARGE)


def ease_collector() -> None:
    """Call once everything is loaded: what is there now stays, so the collector need not look at it again and again.

    Contracts, tables and routes are half a million objects, and a request or a batch is hundreds without a cycle: the
    collector, left as it is, took a quarter of the time in which requests are answered and batches are prepared.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
