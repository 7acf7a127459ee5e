"""The gateway's bus on RabbitMQ: replies resolve asyncio futures; publishing happens on a thread, never in the loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Sequence
from typing import Any

from shared.contracts.errors import Problem
from shared.kit.bus import AskingBus, Request
from shared.kit.context import ContextSeal
from shared.kit.crossing import Pending
from shared.kit.rabbit import RabbitCaller, result_of

MOST = 64


class RabbitBus(AskingBus):
    """The same protocol as the embedded bus. A slow or dead service gives UNAVAILABLE within the caller's timeout.

    Publishing happens on a thread. Calls to the same service that wait for it together go out together.
    """

    def __init__(self, caller: RabbitCaller, seal: ContextSeal, *, services: Sequence[str], timeout: float) -> None:
        super().__init__(seal, timeout=timeout)
        self._caller = caller
        self._services = services
        self._requests: queue.SimpleQueue[tuple[Request, Pending] | None] = queue.SimpleQueue()
        self._publisher = threading.Thread(target=self._publish_loop, daemon=True, name="rpc-publish")
        self._publisher.start()
        caller.start()

    async def status(self) -> dict[str, str]:
        """Which services do not answer within two seconds."""
        if not self._caller.is_ready:
            return {"broker": "not connected"}
        from shared.contracts.kit import KitStatus
        from shared.kit.context import service_context

        async def look(name: str) -> tuple[str, str | None]:
            try:
                await self.ask_raw(KitStatus(), service_context("gateway"), service=name, timeout=2)
            except Problem as problem:
                return name, problem.code
            return name, None

        answers = await asyncio.gather(*(look(name) for name in self._services))
        return {name: reason for name, reason in answers if reason}

    def close(self) -> None:
        self._requests.put(None)
        self._publisher.join(timeout=3)
        self._caller.close()

    def _send(self, request: Request, pending: Pending) -> None:
        self._requests.put((request, pending))

    def _result(self, answer: Any, service: str) -> Any:
        return result_of(answer, service)

    def _forget(self, pending: Pending) -> None:
        if pending.key:
            self._caller.forget(pending.key)

    def _publish_loop(self) -> None:
        while (first := self._requests.get()) is not None:
            together = [first]
            with contextlib.suppress(queue.Empty):
                while len(together) < MOST and (following := self._requests.get_nowait()) is not None:
                    together.append(following)
            groups: dict[tuple[str, float], list[tuple[Request, Pending]]] = {}
            for request, pending in together:
                if not pending.is_over:
                    groups.setdefault((request.service, request.seconds), []).append((request, pending))
            for (service, seconds), group in groups.items():
                self._publish(service, seconds, group)

    def _publish(self, service: str, seconds: float, group: list[tuple[Request, Pending]]) -> None:
        try:
            if len(group) == 1:
                ((request, pending),) = group
                pending.key = self._caller.send(
                    service, request.method, request.body, request.headers, seconds, pending
                )
                return
            keys = self._caller.send_many(
                service,
                [(request.method, request.body, request.headers) for request, _ in group],
                seconds,
                [pending for _, pending in group],
            )
            for (_, pending), key in zip(group, keys, strict=True):
                pending.key = key
        except Problem as problem:
            for _, pending in group:
                pending.fail(problem)
