"""RFC 9457 problem details: every refusal has a stable code, a sentence in the caller's language, and the trace id.

Only this module knows which HTTP status a kind of problem becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.language import Locale, locale_from
from gateway.validation import field_problems, is_malformed
from shared.contracts.errors import (
    FORBIDDEN,
    INTERNAL,
    INVALID,
    NOT_FOUND,
    UNAUTHENTICATED,
    FieldProblem,
    Problem,
    ProblemBody,
    ProblemCode,
    ProblemKind,
)
from shared.kit import telemetry

log = structlog.get_logger()
PROBLEM_TYPE = "application/problem+json"

MALFORMED = ProblemCode(
    "request.malformed",
    ProblemKind.invalid,
    zh="请求内容不是有效的 JSON, 请检查格式。",
    en="The body is not valid JSON.",
)
UNREADABLE = ProblemCode(
    "request.unreadable",
    ProblemKind.invalid,
    zh="请求内容无法读取, 请检查上传的表单或文件。",
    en="The body could not be read; check the form or file.",
)
METHOD_NOT_ALLOWED = ProblemCode(
    "request.method_not_allowed",
    ProblemKind.invalid,
    zh="此地址不支持该操作方式。",
    en="This address does not take that method.",
)
UNSUPPORTED_MEDIA = ProblemCode(
    "request.unsupported_media",
    ProblemKind.unsupported_media,
    zh="不支持这种内容格式, 可用: {accepted}。",
    en="This content type is not taken here; use {accepted}.",
)
RATE_LIMITED = ProblemCode(
    "request.rate_limited",
    ProblemKind.rate_limited,
    zh="请求过于频繁, 请 {retry_after} 秒后再试。",
    en="Too many requests; try again in {retry_after} seconds.",
)
IDEMPOTENCY_KEY_INVALID = ProblemCode(
    "request.idempotency_key_invalid",
    ProblemKind.invalid,
    zh="幂等键应为 1 至 255 个可见字符。",
    en="An Idempotency-Key has 1 to 255 visible ASCII characters.",
)
IF_MATCH_INVALID = ProblemCode(
    "request.if_match_invalid",
    ProblemKind.invalid,
    zh='If-Match 应为先前得到的 ETag, 例如 "3"。',
    en='If-Match takes an ETag given before, such as "3".',
)

_STATUS: dict[ProblemKind, int] = {
    ProblemKind.invalid: 422,
    ProblemKind.unauthenticated: 401,
    ProblemKind.forbidden: 403,
    ProblemKind.not_found: 404,
    ProblemKind.conflict: 409,
    ProblemKind.precondition_failed: 412,
    ProblemKind.key_reused: 422,
    ProblemKind.too_large: 413,
    ProblemKind.unsupported_media: 415,
    ProblemKind.rate_limited: 429,
    ProblemKind.unavailable: 503,
    ProblemKind.internal: 500,
}
_STATUS_BY_CODE = {
    MALFORMED.code: 400,
    UNREADABLE.code: 400,
    IDEMPOTENCY_KEY_INVALID.code: 400,
    IF_MATCH_INVALID.code: 400,
    METHOD_NOT_ALLOWED.code: 405,
}
_TITLES: dict[ProblemKind, tuple[str, str]] = {
    ProblemKind.invalid: ("内容有误", "Not valid"),
    ProblemKind.unauthenticated: ("需要登录", "Sign-in required"),
    ProblemKind.forbidden: ("没有权限", "Not allowed"),
    ProblemKind.not_found: ("没有找到", "Not found"),
    ProblemKind.conflict: ("与当前状态冲突", "Conflict"),
    ProblemKind.precondition_failed: ("记录已被修改", "Changed meanwhile"),
    ProblemKind.key_reused: ("幂等键重复使用", "Key used for something else"),
    ProblemKind.too_large: ("内容过大", "Too large"),
    ProblemKind.unsupported_media: ("格式不支持", "Content type not supported"),
    ProblemKind.rate_limited: ("请求过于频繁", "Too many requests"),
    ProblemKind.unavailable: ("暂时不可用", "Not available right now"),
    ProblemKind.internal: ("系统出错", "Internal error"),
}
_OWN_MEMBERS = {"type", "title", "status", "detail", "instance", "code", "trace_id", "errors"}
# What a service tells the machinery about itself is no business of a client.
_INNER_FACTS = {"where", "part", "constraint", "reason", "scope", "role"}
_RETRY_AFTER = {ProblemKind.unavailable: 2, ProblemKind.rate_limited: 10}


class BodyTooLarge(HTTPException):
    """Raised while a body is being read; carries the problem past FastAPI's own body parser."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(413)
        self.problem = problem


def status_of(code: str, kind: ProblemKind) -> int:
    return _STATUS_BY_CODE.get(code, _STATUS[kind])


def problem_details(body: ProblemBody, locale: Locale, *, instance: str | None = None) -> dict[str, Any]:
    """The RFC 9457 document. Facts that a rule names become extension members."""
    is_english = locale == "en"
    titles = _TITLES[body.kind]
    document: dict[str, Any] = {
        "type": f"/api/v1/problems/{body.code}",
        "title": titles[is_english],
        "status": status_of(body.code, body.kind),
        "detail": body.en if is_english else body.zh,
        "code": body.code,
        "instance": instance,
        "trace_id": telemetry.current_trace_id(),
    }
    if body.fields:
        document["errors"] = [_field(found, is_english=is_english) for found in body.fields]
    if body.kind is not ProblemKind.internal:
        hidden = _OWN_MEMBERS | _INNER_FACTS
        document.update({name: value for name, value in body.facts.items() if name not in hidden})
    return document


def _field(found: FieldProblem, *, is_english: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "field": found.field,
        "code": found.code,
        "message": found.message_en if is_english else found.message_zh,
        "message_zh": found.message_zh,
        "message_en": found.message_en,
    }
    if found.row is not None:
        shown["row"] = found.row
    return shown


def problem_response(request: Request, problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as this caller reads it: JSON for the API, a page where the pages have said how."""
    body = problem.body
    status = status_of(body.code, body.kind)
    given = {**_headers(body), **(headers or {})}
    page = getattr(request.app.state, "problem_page", None)
    if page is not None and not request.url.path.startswith("/api/"):
        rendered: Response = page(request, problem, status, given)
        return rendered
    locale = locale_from(request.headers.get("accept-language"))
    document = problem_details(body, locale, instance=request.url.path)
    given["content-language"] = locale
    given.setdefault("cache-control", "no-store")
    return Response(orjson.dumps(document), status_code=status, headers=given, media_type=PROBLEM_TYPE)


def _headers(body: ProblemBody) -> dict[str, str]:
    if body.kind is ProblemKind.unauthenticated:
        return {"www-authenticate": 'Bearer realm="songgang"'}
    if body.kind in _RETRY_AFTER:
        wait = body.facts.get("retry_after", body.facts.get("seconds"))
        return {"retry-after": str(wait if isinstance(wait, int) else _RETRY_AFTER[body.kind])}
    return {}


async def on_problem(request: Request, error: Problem) -> Response:
    if error.kind is ProblemKind.internal:
        log.error(
            "a service failed", code=error.code, where=error.facts.get("where"), trace=telemetry.current_trace_id()
        )
    return problem_response(request, error)


async def on_validation(request: Request, error: RequestValidationError | ValidationError) -> Response:
    """Each wrong field by its JSON pointer, in both languages. Nothing of what was sent is repeated."""
    found = list(error.errors())
    if is_malformed(found):
        return problem_response(request, MALFORMED())
    return problem_response(request, INVALID().with_fields(field_problems(found)))


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """What the router and the parsers refuse by themselves."""
    if isinstance(error, BodyTooLarge):
        return problem_response(request, error.problem)
    if isinstance(error.__cause__, Problem):
        return problem_response(request, error.__cause__)
    by_status = {401: UNAUTHENTICATED, 403: FORBIDDEN, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 400: UNREADABLE}
    code = by_status.get(error.status_code, INTERNAL if error.status_code >= 500 else UNREADABLE)
    return problem_response(request, code(), headers=error.headers)


def unexpected(request: Request, error: Exception) -> Response:
    """A bug: the log gets it, the caller gets the trace id."""
    log.error(
        "unexpected error",
        error=type(error).__name__,
        method=request.method,
        trace=telemetry.current_trace_id(),
        exc_info=error,
    )
    return problem_response(request, INTERNAL())
