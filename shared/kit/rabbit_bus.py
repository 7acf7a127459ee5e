"""The gateway's bus on RabbitMQ: replies resolve asyncio futures; publishing happens on a thread, never in the loop."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contracts.base import Message
from shared.contracts.errors import UNAVAILABLE, Problem
from shared.contracts.scopes import Context
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.calls import ReplyT
from shared.kit.context import ContextSeal
from shared.kit.rabbit import RabbitCaller, Waiting, result_of


class _Request:
    """A call on its way from the event loop to the publishing thread and back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, arguments: tuple[Any, ...]) -> None:
        self.loop = loop
        self.future: asyncio.Future[dict[str, Any] | None] = loop.create_future()
        self.arguments = arguments
        self.correlation_id: str | None = None

    def settle(self, waiting: Waiting) -> None:
        self.loop.call_soon_threadsafe(self._resolve, waiting.reply)

    def fail(self, problem: Problem) -> None:
        self.loop.call_soon_threadsafe(self._reject, problem)

    def _resolve(self, reply: dict[str, Any] | None) -> None:
        if not self.future.done():
            self.future.set_result(reply)

    def _reject(self, problem: Problem) -> None:
        if not self.future.done():
            self.future.set_exception(problem)


class RabbitBus:
    """The same protocol as the embedded bus. A slow or dead service gives UNAVAILABLE within the caller's timeout."""

    def __init__(self, caller: RabbitCaller, seal: ContextSeal, *, services: Sequence[str], timeout: float) -> None:
        self._caller = caller
        self._seal = seal
        self._services = services
        self._timeout = timeout
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._publisher = threading.Thread(target=self._publish_loop, daemon=True, name="rpc-publish")
        self._publisher.start()
        caller.start()

    async def ask(
        self,
        message: Message[ReplyT],
        context: Context,
        *,
        command_id: UUID | None = None,
        service: str | None = None,
        timeout: float | None = None,
        traceparent: str | None = None,
    ) -> ReplyT:
        found = await self.ask_raw(
            message, context, command_id=command_id, service=service, timeout=timeout, traceparent=traceparent
        )
        return message.reply.model_validate(found)  # type: ignore[return-value]

    async def ask_raw(
        self,
        message: Message[Any],
        context: Context,
        *,
        command_id: UUID | None = None,
        service: str | None = None,
        timeout: float | None = None,
        traceparent: str | None = None,
    ) -> Any:
        headers = headers_for(self._seal, context, command_id, traceparent)
        target, seconds = service or message.service, timeout or self._timeout
        request = _Request(
            asyncio.get_running_loop(), (target, message.method, calls.body_of(message), headers, seconds)
        )
        self._requests.put(request)
        try:
            async with asyncio.timeout(seconds):
                reply = await request.future
        except TimeoutError as error:
            if request.correlation_id:
                self._caller.forget(request.correlation_id)
            raise UNAVAILABLE(part=target) from error
        return result_of(reply, target)

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

    def _publish_loop(self) -> None:
        while (request := self._requests.get()) is not None:
            if request.future.cancelled():
                continue
            try:
                service, method, body, headers, seconds = request.arguments
                request.correlation_id = self._caller.send(
                    service, method, body, headers, seconds, Waiting(request.settle)
                )
            except Problem as problem:
                request.fail(problem)
