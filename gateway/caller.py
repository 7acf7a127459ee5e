"""What an endpoint works with: who calls, and the ways to pass the call on and answer it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar
from uuid import UUID

from anyio import from_thread, to_thread
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from gateway import answers, idempotency
from gateway.errors import IF_MATCH_INVALID, UNSUPPORTED_MEDIA
from gateway.principals import Who
from gateway.state import Gateway
from shared.contracts.base import BlobRef, Command, Message
from shared.contracts.errors import TOO_LARGE
from shared.contracts.scopes import Context, OutpostCode
from shared.kit import telemetry

ReplyT = TypeVar("ReplyT", bound=BaseModel)
ALLOWANCE = "songgang.allowance"
_CHUNK = 256 * 1024


class Caller:
    """One request's caller. `who` is None for a reader who has not signed in."""

    __slots__ = ("_asked", "context", "gateway", "outpost", "request", "who")

    def __init__(self, request: Request, gateway: Gateway, context: Context, who: Who | None) -> None:
        self.request = request
        self.gateway = gateway
        self.context = context
        self.who = who
        self.outpost: OutpostCode | None = None
        self._asked = 0

    @property
    def address(self) -> str:
        return address_of(self.request)

    @property
    def key(self) -> str:
        """Who this is, for idempotency and allowances: the account, or the address of one without."""
        return self.who.key if self.who else f"anonymous:{self.address}"

    async def spend_allowance(self) -> None:
        limits = self.gateway.limits
        rate = limits.principal if self.who else limits.anonymous
        self.request.scope[ALLOWANCE] = await limits.spend(rate, "caller", self.key)

    async def ask(
        self,
        message: Message[ReplyT],
        *,
        context: Context | None = None,
        service: str | None = None,
        patience: float | None = None,
    ) -> ReplyT:
        """The typed reply; raises Problem."""
        try:
            return await self.gateway.bus.ask(
                message,
                context or self.context,
                command_id=self._command_id(message),
                service=service,
                timeout=patience,
                traceparent=telemetry.current_traceparent(),
            )
        except ValidationError as error:
            # The request was fine; a reply that is not of its contract is a bug of ours.
            raise TypeError(f"{message.service}.{message.method} answered what its contract does not say") from error

    async def ask_raw(
        self,
        message: Message[Any],
        *,
        context: Context | None = None,
        service: str | None = None,
        patience: float | None = None,
    ) -> Any:
        """The reply as JSON-ready data, as it came; raises Problem."""
        return await self.gateway.bus.ask_raw(
            message,
            context or self.context,
            command_id=self._command_id(message),
            service=service,
            timeout=patience,
            traceparent=telemetry.current_traceparent(),
        )

    async def answer(self, message: Message[Any], *, status: int = 200, service: str | None = None) -> Response:
        """Ask and answer with the reply, its ETag, and the Link header of a page."""
        reply = await self.ask_raw(message, service=service)
        if status == 204:
            return Response(status_code=204)
        return answers.json_response(reply, status=status, headers=answers.headers_for(reply, self.request))

    async def create(self, message: Message[Any], location: str) -> Response:
        """201 with the resource, its Location and its ETag. `location` names fields of the reply in braces."""
        reply = await self.ask_raw(message)
        headers = answers.headers_for(reply, self.request)
        headers["location"] = answers.located(location, reply)
        return answers.json_response(reply, status=201, headers=headers)

    async def start_job(self, message: Message[Any], location: str, *, service: str | None = None) -> Response:
        """202 with the job and the Location where it is followed."""
        reply = await self.ask_raw(message, service=service)
        headers = {"location": answers.located(location, reply), "retry-after": "1"}
        return answers.json_response(reply, status=202, headers=headers)

    def if_match(self) -> int | None:
        """The version that the caller wants to change, if it says; raises request.if_match_invalid."""
        given = self.request.headers.get("if-match")
        if given is None or given.strip() == "*":
            return None
        version = given.strip().removeprefix("W/").strip('"')
        if not version.isdecimal() or len(version) > 18:
            raise IF_MATCH_INVALID()
        return int(version)

    def fresh_secret(self) -> str:
        """A new session token or API key; see `idempotency.fresh_secret`."""
        return idempotency.fresh_secret(self.request, self.key, self.gateway.keys)

    async def store_upload(self, file: UploadFile, *, max_mb: int | None = None) -> BlobRef:
        """Store an uploaded file of a form; raises request.too_large."""
        max_bytes = self._max_bytes(max_mb)
        if file.size is not None and file.size > max_bytes:
            raise TOO_LARGE(limit_mb=max_bytes // 1024**2)

        def put() -> BlobRef:
            file.file.seek(0)
            chunks = iter(lambda: file.file.read(_CHUNK), b"")
            return self.gateway.blobs.put(
                chunks,
                media_type=file.content_type or "application/octet-stream",
                filename=file.filename,
                max_bytes=max_bytes,
            )

        return await to_thread.run_sync(put)

    async def store_body(self, *, accept: tuple[str, ...] = (), max_mb: int | None = None) -> BlobRef:
        """Store the request's body as it streams in, whatever its size, in constant memory.

        Raises request.unsupported_media for a content type that is not in `accept`, and request.too_large.
        """
        media_type = self.request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
        if accept and media_type.lower() not in accept:
            raise UNSUPPORTED_MEDIA(accepted=", ".join(accept))
        max_bytes = self._max_bytes(max_mb)
        body = self.request.stream()

        def put() -> BlobRef:
            return self.gateway.blobs.put(_pulled(body), media_type=media_type.lower(), max_bytes=max_bytes)

        return await to_thread.run_sync(put)

    def _max_bytes(self, max_mb: int | None) -> int:
        return (max_mb or self.gateway.settings.max_upload_mb) * 1024**2

    def _command_id(self, message: Message[Any]) -> UUID | None:
        if not isinstance(message, Command):
            return None
        ordinal, self._asked = self._asked, self._asked + 1
        return idempotency.command_id(self.request, self.key, ordinal)


def address_of(connection: HTTPConnection) -> str:
    """The client's address, as the trusted proxies report it."""
    return connection.client.host if connection.client else "unknown"


def _pulled(body: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The body's chunks, drawn by the storing thread one at a time from the event loop."""

    async def next_chunk() -> bytes | None:
        return await anext(body, None)

    while (chunk := from_thread.run(next_chunk)) is not None:
        if chunk:
            yield chunk
