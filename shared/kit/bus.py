"""How the gateway reaches the services: one small protocol, with an embedded and a RabbitMQ implementation."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from shared.contracts.base import Message
from shared.contracts.errors import UNAVAILABLE
from shared.contracts.scopes import Context
from shared.kit import calls, telemetry
from shared.kit.calls import Caller, ReplyT
from shared.kit.context import ContextSeal
from shared.kit.crossing import Crossing, Pending
from shared.kit.local import LocalCaller


class Bus(Protocol):
    """Ask the service that answers a message. Raises Problem; UNAVAILABLE when no answer comes in time."""

    async def ask(
        self,
        message: Message[ReplyT],
        context: Context,
        *,
        command_id: UUID | None = None,
        service: str | None = None,
        timeout: float | None = None,
        traceparent: str | None = None,
    ) -> ReplyT: ...

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
        """The same, as JSON-ready data that was not validated again."""
        ...

    async def status(self) -> dict[str, str]:
        """What is not ready, by name, with the reason; empty when everything can serve."""
        ...


class Request(NamedTuple):
    """One call as it is sent."""

    service: str
    method: str
    body: Any
    headers: dict[str, str]
    seconds: float


def headers_for(
    seal: ContextSeal, context: Context, command_id: UUID | None, traceparent: str | None
) -> dict[str, str]:
    headers = {calls.CONTEXT: seal.sign(context)}
    if command_id is not None:
        headers[calls.COMMAND_ID] = str(command_id)
    traced = traceparent or telemetry.current_traceparent()
    if traced:
        headers[calls.TRACEPARENT] = traced
    return headers


class AskingBus:
    """What both implementations do alike: sign, send, wait for the answer no longer than the caller would."""

    def __init__(self, seal: ContextSeal, *, timeout: float) -> None:
        self._seal = seal
        self._timeout = timeout
        self._crossing: Crossing | None = None

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
        crossing = self._crossing
        if crossing is None or crossing.loop is not asyncio.get_running_loop():
            crossing = self._crossing = Crossing(asyncio.get_running_loop())
        target, seconds = service or message.service, timeout or self._timeout
        pending = Pending(crossing)
        headers = headers_for(self._seal, context, command_id, traceparent)
        self._send(Request(target, message.method, calls.body_of(message), headers, seconds), pending)
        try:
            return self._result(await pending.wait(seconds), target)
        except TimeoutError as error:
            self._forget(pending)
            raise UNAVAILABLE(part=target) from error

    def _send(self, request: Request, pending: Pending) -> None:
        raise NotImplementedError

    def _result(self, answer: Any, service: str) -> Any:
        return answer

    def _forget(self, pending: Pending) -> None:
        """Nobody waits for this answer any more."""


class EmbeddedBus(AskingBus):
    """The bus of the single process: a bounded number of threads, each carrying one call through its nested asks."""

    def __init__(self, caller: LocalCaller, seal: ContextSeal, *, threads: int, timeout: float) -> None:
        super().__init__(seal, timeout=timeout)
        self._caller = caller
        self._calls: queue.SimpleQueue[tuple[Request, Pending] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._carry, daemon=True, name=f"call-{number}") for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def status(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        """Finish the calls in hand; those that have not begun are left to their timeouts."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()

    def _send(self, request: Request, pending: Pending) -> None:
        self._calls.put((request, pending))

    def _carry(self) -> None:
        while (given := self._calls.get()) is not None:
            request, pending = given
            if pending.is_over:
                continue
            try:
                answer = self._caller.call(
                    request.service, request.method, request.body, request.headers, request.seconds
                )
            except BaseException as error:
                pending.fail(error)
            else:
                pending.settle(answer)


def ask_now(
    caller: Caller, seal: ContextSeal, message: Message[ReplyT], context: Context, *, timeout: float = 10.0
) -> ReplyT:
    """Ask from plain, blocking code: the command line and tests."""
    headers = headers_for(seal, context, None, None)
    found = caller.call(message.service, message.method, calls.body_of(message), headers, timeout)
    return message.reply.model_validate(found)  # type: ignore[return-value]
