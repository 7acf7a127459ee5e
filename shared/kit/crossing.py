"""From threads to the event loop: answers settle futures, as many at one wake-up of the loop as are there."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Any


class Pending:
    """One call on its way: made in the event loop, settled from any thread, once."""

    __slots__ = ("_crossing", "_future", "answer", "error", "key")

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing
        self._future: asyncio.Future[Any] = crossing.loop.create_future()
        self.answer: Any = None
        self.error: BaseException | None = None
        self.key = ""

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more: answered, or given up."""
        return self._future.done()

    def settle(self, answer: Any) -> None:
        self.answer = answer
        self._crossing.bring(self)

    def fail(self, error: BaseException) -> None:
        self.error = error
        self._crossing.bring(self)

    def arrive(self) -> None:
        """In the event loop: wake whoever waits."""
        if self._future.done():
            return
        if self.error is not None:
            self._future.set_exception(self.error)
        else:
            self._future.set_result(self.answer)

    async def wait(self, seconds: float) -> Any:
        """The answer; raises the call's error, or TimeoutError."""
        timer = self._crossing.loop.call_later(seconds, self._give_up)
        try:
            return await self._future
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        if not self._future.done():
            self._future.set_exception(TimeoutError())


class Crossing:
    """One event loop's side of it. A wake-up is a system call, so one is made only when none is under way."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._brought: deque[Pending] = deque()
        self._is_woken = False

    def bring(self, pending: Pending) -> None:
        self._brought.append(pending)
        if not self._is_woken:
            self._is_woken = True
            # A loop that has ended has nobody left who waits.
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._land)

    def _land(self) -> None:
        # First the mark, then the queue: what is brought in between is either taken here or wakes the loop again.
        self._is_woken = False
        while self._brought:
            self._brought.popleft().arrive()
