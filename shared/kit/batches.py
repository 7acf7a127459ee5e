"""Many calls in one message: what the gateway sends to a service while it is busy anyway.

A message costs broker and both ends more than a short read does, so calls that wait together travel together, and so
do their answers. Each is still a call of its own: its own scope, transaction and command id, and a slow one holds back
nobody. A batch is acknowledged when its last call is answered; after a kill it is carried out again, and command ids
make that harmless, as with a single call.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import eventlet
from nameko.exceptions import serialize

# An answer waits so long for others to travel with, unless it is the last of its batch.
GATHER_SECONDS = 0.002
_STOP_SECONDS = 10.0


class OneCall(TypedDict):
    """A call within a batch; the headers are nameko's context data."""

    id: str
    method: str
    body: Any
    headers: dict[str, str]


class OneAnswer(TypedDict):
    """Its answer, in the words of nameko's reply."""

    id: str
    result: Any
    error: dict[str, Any] | None


class _Batch:
    def __init__(self, calls: int, publish: Callable[[list[OneAnswer]], None], done: Callable[[], None]) -> None:
        self._left = calls
        self._publish = publish
        self._done = done
        self._answers: list[OneAnswer] = []
        self._is_due = False

    def answered(self, answer: OneAnswer) -> None:
        self._answers.append(answer)
        self._left -= 1
        if not self._left:
            self._flush()
            self._done()
        elif not self._is_due:
            self._is_due = True
            eventlet.spawn_after(GATHER_SECONDS, self._flush)

    def _flush(self) -> None:
        self._is_due = False
        answers, self._answers = self._answers, []
        if answers:
            self._publish(answers)


class BatchAnswering:
    """Carries out batched calls, as many at a time as there are database connections.

    Calls whose entrypoint first asks other services hold no connection while they wait, so they have their own green
    threads; else two services that ask each other could wait for each other's places.
    """

    def __init__(self, carry: Callable[[OneCall], Any], waits: Mapping[str, bool], places: int) -> None:
        self._carry = carry
        self._waits = waits
        self._places = places
        self._calls: deque[tuple[OneCall, _Batch]] = deque()
        self._working = 0

    def take(self, calls: list[OneCall], publish: Callable[[list[OneAnswer]], None], done: Callable[[], None]) -> None:
        """Answer these; `publish` gets answers as they come, `done` is called after the last."""
        batch = _Batch(len(calls), publish, done)
        for call in calls:
            if self._waits.get(call["method"], False):
                self._working += 1
                eventlet.spawn_n(self._alone, call, batch)
            else:
                self._calls.append((call, batch))
        for _ in range(min(self._places - self._working, len(self._calls))):
            self._working += 1
            eventlet.spawn_n(self._work)

    def finish(self) -> None:
        """Wait for what is in hand."""
        with eventlet.Timeout(_STOP_SECONDS, False):
            while self._working:
                eventlet.sleep(0.02)

    def _alone(self, call: OneCall, batch: _Batch) -> None:
        try:
            batch.answered(self._answer(call))
        finally:
            self._working -= 1

    def _work(self) -> None:
        try:
            while self._calls:
                call, batch = self._calls.popleft()
                batch.answered(self._answer(call))
        finally:
            self._working -= 1

    def _answer(self, call: OneCall) -> OneAnswer:
        try:
            return {"id": call["id"], "result": self._carry(call), "error": None}
        except Exception as error:
            return {"id": call["id"], "result": None, "error": serialize(error)}
