"""How the gateway reaches the services: one small protocol, with an embedded and a RabbitMQ implementation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.base import Message
from shared.contracts.errors import UNAVAILABLE
from shared.contracts.scopes import Context
from shared.kit import calls, telemetry
from shared.kit.calls import Caller, ReplyT
from shared.kit.context import ContextSeal
from shared.kit.entrypoints import declared, with_kit
from shared.kit.unit import Runtime, Work


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


class EmbeddedCaller:
    """Calls the very same service classes in this process, on the caller's thread."""

    def __init__(self, on_call: Callable[[], object] | None = None) -> None:
        self._services: dict[str, tuple[type, Runtime, Mapping[str, Any]]] = {}
        self._on_call = on_call

    def add(self, service: type, runtime: Runtime) -> None:
        whole = with_kit(service)
        self._services[runtime.name] = (whole, runtime, declared(whole).answers)

    def call(self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
        found = self._services.get(service)
        if found is None or method not in found[2]:
            raise UNAVAILABLE(part=f"{service}.{method}")
        if self._on_call is not None:
            self._on_call()
        instance = found[0]()
        instance.unit = Work(found[1], headers)
        return getattr(instance, method)(body)


class EmbeddedBus:
    """The bus of the single process: a bounded pool of threads, each carrying one call through its nested asks."""

    def __init__(self, caller: EmbeddedCaller, seal: ContextSeal, *, threads: int, timeout: float) -> None:
        self._caller = caller
        self._seal = seal
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="call")

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
        seconds = timeout or self._timeout
        work = asyncio.get_running_loop().run_in_executor(
            self._threads,
            self._caller.call,
            service or message.service,
            message.method,
            calls.body_of(message),
            headers,
            seconds,
        )
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(work)
        except TimeoutError as error:
            work.add_done_callback(_forget)
            raise UNAVAILABLE(part=service or message.service) from error

    async def status(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)


def ask_now(
    caller: Caller, seal: ContextSeal, message: Message[ReplyT], context: Context, *, timeout: float = 10.0
) -> ReplyT:
    """Ask from plain, blocking code: the command line and tests."""
    headers = headers_for(seal, context, None, None)
    found = caller.call(message.service, message.method, calls.body_of(message), headers, timeout)
    return message.reply.model_validate(found)  # type: ignore[return-value]


def _forget(work: asyncio.Future[Any]) -> None:
    if not work.cancelled():
        work.exception()
