"""Answers cross from threads to the event loop: each to whoever asked, none lost, with few wake-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.kit.crossing import Crossing, Pending


def _in_a_loop(ask: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """On a thread of its own: a browser's test may have left this one with a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()


def test_every_answer_reaches_whoever_asked() -> None:
    async def ask_all() -> list[Any]:
        crossing = Crossing(asyncio.get_running_loop())
        asked = [Pending(crossing) for _ in range(500)]
        with ThreadPoolExecutor(8) as threads:
            for number, pending in enumerate(asked):
                threads.submit(pending.settle, number)
            return await asyncio.gather(*(pending.wait(10) for pending in asked))

    assert _in_a_loop(ask_all) == list(range(500))


def test_an_error_is_raised_where_the_answer_would_be() -> None:
    async def ask() -> None:
        pending = Pending(Crossing(asyncio.get_running_loop()))
        pending.fail(LookupError("nobody answers"))
        await pending.wait(10)

    with pytest.raises(LookupError, match="nobody answers"):
        _in_a_loop(ask)


def test_waiting_ends_when_it_was_to_end_and_a_late_answer_is_dropped() -> None:
    async def ask() -> None:
        pending = Pending(Crossing(asyncio.get_running_loop()))
        with pytest.raises(TimeoutError):
            await pending.wait(0.01)
        assert pending.is_over
        pending.settle("too late")
        await asyncio.sleep(0)

    _in_a_loop(ask)


def test_an_answer_to_a_loop_that_has_ended_is_nobodys() -> None:
    loop = asyncio.new_event_loop()
    pending = Pending(Crossing(loop))
    loop.close()
    pending.settle("nobody is there")
