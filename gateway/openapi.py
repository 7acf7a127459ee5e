"""The OpenAPI document: who may call what, how errors look, which headers count. Tests are generated from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from anyio import to_thread
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from gateway.answers import problems
from gateway.auth import Allow
from gateway.errors import (
    IDEMPOTENCY_KEY_INVALID,
    IF_MATCH_INVALID,
    MALFORMED,
    PROBLEM_TYPE,
    RATE_LIMITED,
)
from gateway.routing import late_building
from shared.contracts.errors import (
    COMMAND_IN_PROGRESS,
    COMMAND_KEY_REUSED,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    STALE,
    TENANT_NOT_FOUND,
    UNAUTHENTICATED,
    UNAVAILABLE,
    ProblemCode,
)
from shared.contracts.scopes import OutpostCode

TITLE = "送岗 Songgang"
DESCRIPTION = """\
Links one county with its outposts: from the village roster to the employer's receipt.

Sign in with `POST /api/v1/sessions` and send the token as `Authorization: Bearer …`; API keys are sent the same way.
Dates are ISO 8601 with zone, money is integer cents of CNY, ids are UUIDv7. Lists answer
`{"items": […], "next_cursor": …}` and a `Link` header. Errors are RFC 9457 problem details with a stable `code`; ask
for `Accept-Language: en` to read them in English. Send an `Idempotency-Key` with a POST to be able to repeat it safely.
"""
TAGS = [
    {"name": "sessions", "description": "登录: entering by password, signed link or phone code; API keys need none"},
    {"name": "hq", "description": "县总部: the county company's officers, and townships and grids within their area"},
    {"name": "outposts", "description": "东西部劳务协作服务站: the staff of one outpost"},
    {"name": "partner", "description": "用工企业: employers' own software"},
    {"name": "worker", "description": "劳动力本人: a worker, for themselves"},
    {"name": "public", "description": "公开: for everybody, without signing in"},
    {"name": "operations", "description": "运行: lag, parked messages, service health, audit"},
    {"name": "health", "description": "is it alive, can it serve"},
]

_FIELD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["field", "code", "message", "message_zh", "message_en"],
    "properties": {
        "field": {"type": "string", "description": "JSON pointer in the body; `?name` in the query"},
        "code": {"type": "string"},
        "message": {"type": "string"},
        "message_zh": {"type": "string"},
        "message_en": {"type": "string"},
        "row": {"type": "integer", "description": "row of a bulk input"},
    },
}
_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details; further members are facts that the rule names",
    "required": ["type", "title", "status", "detail", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence in the caller's language"},
        "code": {"type": "string", "description": "stable; what programs compare"},
        "instance": {"type": ["string", "null"]},
        "trace_id": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
    },
    "examples": [
        {
            "type": "/api/v1/problems/request.invalid",
            "title": "内容有误",
            "status": 422,
            "detail": INVALID.zh,
            "code": INVALID.code,
            "instance": "/api/v1/hq/workers",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "errors": [
                {
                    "field": "/id_number",
                    "code": "field.missing",
                    "message": "此项必填。",
                    "message_zh": "此项必填。",
                    "message_en": "This is required.",
                }
            ],
        }
    ],
}


def operation_id(route: APIRoute) -> str:
    """`post_hq_workers`: the method and the path, which are unique and do not change with a refactoring."""
    path = route.path_format.removeprefix("/api/v1")
    words = "".join(c if c.isalnum() else "_" for c in path).strip("_")
    while "__" in words:
        words = words.replace("__", "_")
    return f"{min(route.methods or {'GET'}).lower()}_{words}"


def audience_of(route: APIRoute) -> Allow | None:
    """Whom a route lets in: the alias in its signature."""
    return next((found for found in _dependencies(route.dependant) if isinstance(found, Allow)), None)


def _dependencies(dependant: Dependant) -> Iterator[Any]:
    for found in dependant.dependencies:
        yield found.call
        yield from _dependencies(found)


def install(app: FastAPI) -> None:
    """Make `app.openapi()` answer the finished document; built once, when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    with late_building():
        document = get_openapi(
            title=TITLE,
            version=app.version,
            openapi_version="3.1.0",
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
            separate_input_output_schemas=False,
        )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"], schemas["FieldProblem"] = _PROBLEM_SCHEMA, _FIELD_SCHEMA
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "a session token or an `sk_…` API key"}
    }
    for route in routes_of(app):
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _finish(operation, route, method)
    return document


async def document_bytes(app: FastAPI) -> bytes:
    """The document as JSON. Building it takes a second or two, so a thread does, and only the bytes are kept."""
    kept: bytes | None = getattr(app.state, "openapi_bytes", None)
    if kept is None:
        kept = await to_thread.run_sync(lambda: orjson.dumps(_document(app)))
        app.state.openapi_bytes = kept
    return kept


def routes_of(app: FastAPI) -> Iterator[APIRoute]:
    """Every endpoint that the document names."""
    return (route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema)


def _finish(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    allow = audience_of(route)
    is_api = route.path_format.startswith("/api/")
    responses: dict[str, Any] = operation["responses"]
    if "422" in responses and PROBLEM_TYPE not in responses["422"].get("content", {}):
        del responses["422"]
    codes: list[ProblemCode] = []
    if is_api:
        codes = [RATE_LIMITED, UNAVAILABLE]
        if operation.get("parameters") or operation.get("requestBody"):
            codes.append(INVALID)
        if operation.get("requestBody"):
            codes.append(MALFORMED)
        if "{" in route.path_format:
            codes.append(NOT_FOUND)
    if allow is not None and not allow.is_public:
        codes += [UNAUTHENTICATED, FORBIDDEN]
        operation["security"] = [{"bearer": []}]
        operation["x-songgang-scopes"] = sorted(allow.scopes)
        if allow.roles:
            operation["x-songgang-roles"] = sorted(role.value for role in allow.roles)
        if allow.in_path:
            codes.append(TENANT_NOT_FOUND)
            _outpost_parameter(operation, allow.in_path)
    else:
        operation["x-songgang-scopes"] = ["public"]
    if is_api and method == "POST":
        _header(operation, "Idempotency-Key", "repeat the request with the same key to get the first answer again")
        codes += [COMMAND_KEY_REUSED, COMMAND_IN_PROGRESS, IDEMPOTENCY_KEY_INVALID]
    if is_api and method == "PATCH":
        _header(operation, "If-Match", "the ETag of what is changed; another version answers 412")
        codes += [STALE, IF_MATCH_INVALID]
    _document_problems(responses, codes)


def _outpost_parameter(operation: dict[str, Any], name: str) -> None:
    """The outpost's code is read by the alias, so that endpoints need not name it; the document must."""
    parameters = operation.setdefault("parameters", [])
    parameters[:] = [found for found in parameters if found["name"] != name]
    parameters.insert(
        0,
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": [code.value for code in OutpostCode]},
            "description": "the own outpost",
        },
    )


def _document_problems(responses: dict[str, Any], codes: list[ProblemCode]) -> None:
    """Add the refusals that any such endpoint can give beside those that it names itself."""
    for status, entry in problems(*codes).items():
        known = responses.setdefault(str(status), entry)
        if known is entry:
            continue
        content = known.setdefault("content", {}).setdefault(PROBLEM_TYPE, entry["content"][PROBLEM_TYPE])
        content.setdefault("examples", {}).update(entry["content"][PROBLEM_TYPE]["examples"])
    for status, entry in responses.items():
        entry.setdefault("description", "")
        if not entry["description"]:
            entry["description"] = "OK" if status.startswith("2") else "Refused"


def _header(operation: dict[str, Any], name: str, description: str) -> None:
    parameters = operation.setdefault("parameters", [])
    if not any(found.get("in") == "header" and found["name"].lower() == name.lower() for found in parameters):
        parameters.append(
            {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": description}
        )
