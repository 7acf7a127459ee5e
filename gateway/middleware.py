"""What every request passes: its trace, the security headers of its answer, and the limit of its size.

Plain ASGI, since a middleware class that builds request and task objects costs more than the endpoint does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import errors
from gateway.auth import authenticate
from gateway.caller import ALLOWANCE
from gateway.limits import Allowance
from shared.contracts.errors import TOO_LARGE, UNAUTHENTICATED, Problem
from shared.kit import telemetry

_TRACEPARENT = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")

# Pages set their own policy, with what they load; an API answer loads nothing.
_API_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
)
_TRANSPORT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Tracing:
    """Continues the caller's trace or begins one, and turns a bug into a problem that names it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("traceparent", "")
        parent = given if _TRACEPARENT.match(given) else telemetry.new_traceparent()
        is_started = False

        async def traced(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                current = telemetry.current_traceparent() or parent
                message["headers"].append((b"traceresponse", current.encode()))
            await send(message)

        with telemetry.span(
            scope["method"], parent=parent, kind=SpanKind.SERVER, attributes={"http.request.method": scope["method"]}
        ):
            try:
                await self.app(scope, receive, traced)
            except Exception as error:  # noqa: BLE001 - the edge: whatever got here is a bug, and is logged as one
                response = errors.unexpected(Request(scope, receive), error)
                if not is_started:
                    await response(scope, receive, traced)


class AnswerHeaders:
    """Adds the security headers and what is left of the caller's allowance."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self._always: tuple[tuple[bytes, bytes], ...] = (*_ALWAYS, _TRANSPORT) if is_https else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                has = {name for name, _ in headers}
                headers.extend(pair for pair in self._always if pair[0] not in has)
                if b"content-security-policy" not in has:
                    headers.append((b"content-security-policy", _API_POLICY))
                if b"cache-control" not in has:
                    headers.append((b"cache-control", b"no-store"))
                allowance: Allowance | None = scope.get(ALLOWANCE)
                if allowance is not None:
                    headers.extend(allowance.headers())
            await send(message)

        await self.app(scope, receive, with_headers)


class BodyLimit:
    """Refuses a body that is larger than its kind may be: by its announced length, else while it is read."""

    def __init__(self, app: ASGIApp, *, max_json: int, max_upload: int, max_feed: int) -> None:
        self.app = app
        self._json, self._upload, self._feed = max_json, max_upload, max_feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit(scope["path"], headers.get("content-type", ""))
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            problem = TOO_LARGE(limit_mb=limit // 1024**2)
            response = errors.problem_response(Request(scope, receive), problem, headers={"connection": "close"})
            await response(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit:
                    raise errors.BodyTooLarge(TOO_LARGE(limit_mb=limit // 1024**2))
            return message

        await self.app(scope, counted, send)

    def _limit(self, path: str, content_type: str) -> int:
        if path.startswith("/api/v1/partner/feeds/"):
            return self._feed
        if content_type.startswith("multipart/"):
            return self._upload
        return self._json


class CredentialsFirst:
    """Looks at the credential before the body is read: a stranger's 50 MB are not worth parsing.

    Which scopes an endpoint lets in is its alias's business; here only that a credential is good, and that the paths
    of signed-in audiences come with one.
    """

    def __init__(self, app: ASGIApp, *, prefixes: Iterable[str]) -> None:
        self.app = app
        self._prefixes = tuple(prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(self._prefixes):
            request = Request(scope, receive)
            try:
                if await authenticate(request) is None:
                    raise UNAUTHENTICATED()
            except Problem as problem:
                response = errors.problem_response(request, problem)
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)
