"""How psycopg waits in an eventlet process: by yielding to the hub, without building a selector for every wait.

psycopg 3 blocks the hub by default, and its `wait_selector` costs a selector object and a poll registration a wait,
four times a transaction. This asks the hub directly.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any

from eventlet.hubs import trampoline
from psycopg import errors, waiting
from psycopg.waiting import Ready, Wait


def wait_green(gen: Generator[Any, Any, Any], fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:
    """Drive a psycopg generator to its end; raises psycopg's own timeout error after `timeout` seconds.

    `interval` only wakes blocking waits for signals; the hub needs none.
    """
    deadline = None if timeout is None else monotonic() + timeout
    try:
        wanted = next(gen)
        while True:
            left = None if deadline is None else max(deadline - monotonic(), 0.001)
            writes = wanted in (Wait.W, Wait.RW)
            trampoline(fileno, read=not writes, write=writes, timeout=left, timeout_exc=errors._WaitTimeout)
            wanted = gen.send(Ready.W if writes else Ready.R)
    except StopIteration as ended:
        return ended.value


def install() -> None:
    waiting.wait = wait_green
