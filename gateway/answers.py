"""Answers: the bus's JSON-ready reply goes out as it is, with the headers that HTTP clients work by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import PROBLEM_TYPE, status_of
from shared.contracts.errors import ProblemCode


def json_response(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status_code=status, headers=headers, media_type="application/json")


def etag(version: int) -> str:
    return f'"{version}"'


def headers_for(reply: Any, request: Request) -> dict[str, str]:
    """`ETag` of what has a version, `Link` of a page."""
    headers: dict[str, str] = {}
    if not isinstance(reply, dict):
        return headers
    version = reply.get("version")
    if isinstance(version, int):
        headers["etag"] = etag(version)
    if "next_cursor" in reply and "items" in reply:
        headers["link"] = page_links(request, reply["next_cursor"])
    return headers


def page_links(request: Request, next_cursor: str | None) -> str:
    """RFC 8288: the first page, and the next one if there is one, with every other filter kept."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    path = request.url.path
    first = f"{path}?{urlencode(kept)}" if kept else path
    links = [f'<{first}>; rel="first"']
    if next_cursor:
        links.append(f'<{path}?{urlencode([*kept, ("cursor", next_cursor)])}>; rel="next"')
    return ", ".join(links)


def located(template: str, reply: Any) -> str:
    """`/api/v1/hq/workers/{id}` with the reply's own fields."""
    return template.format_map(reply) if isinstance(reply, dict) else template


def problems(*codes: ProblemCode) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI `responses` of the refusals that an endpoint's rules can give, by status, each code an example."""
    documented: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        entry = documented.setdefault(
            status_of(code.code, code.kind),
            {
                "description": "",
                "content": {
                    PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}},
                },
            },
        )
        entry["description"] = f"{entry['description']} · `{code.code}` {code.en}".removeprefix(" · ")
        entry["content"][PROBLEM_TYPE]["examples"][code.code] = {"summary": code.zh, "value": example_of(code)}
    return documented


def example_of(code: ProblemCode) -> dict[str, Any]:
    """What a client would read, before facts are filled in."""
    return {
        "type": f"/api/v1/problems/{code.code}",
        "status": status_of(code.code, code.kind),
        "code": code.code,
        "detail": code.zh,
    }
