"""What a client writer reads: the list of endpoints as a page, and every problem code with its sentences."""

from __future__ import annotations

from html import escape
from typing import Any

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from gateway.answers import json_response
from gateway.auth import Anyone
from gateway.errors import status_of
from gateway.openapi import document_bytes
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, ProblemCode

router = APIRouter(include_in_schema=False)
problems_router = APIRouter(prefix="/problems", tags=["public"])

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b2b24}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dde5e0;vertical-align:top}"
    "code{font-size:.95em}h2{margin-top:2rem}"
)


class ProblemKnown(BaseModel):
    """One stable code, and what it says."""

    code: str = Field(examples=["worker.duplicate"])
    status: int = Field(examples=[409])
    zh: str
    en: str


def _known(code: ProblemCode) -> dict[str, Any]:
    return {"code": code.code, "status": status_of(code.code, code.kind), "zh": code.zh, "en": code.en}


@problems_router.get("", response_model=Page[ProblemKnown])
async def list_problems(caller: Anyone) -> Response:
    """List every problem code with its status and sentences."""
    items = [_known(ProblemCode.declared[name]) for name in sorted(ProblemCode.declared)]
    return json_response({"items": items, "next_cursor": None}, headers={"cache-control": "public, max-age=3600"})


@problems_router.get("/{code}", response_model=ProblemKnown)
async def get_problem(caller: Anyone, code: str) -> Response:
    """Explain one problem code: where the `type` of a problem leads."""
    found = ProblemCode.declared.get(code)
    if found is None:
        raise NOT_FOUND()
    return json_response(_known(found), headers={"cache-control": "public, max-age=3600"})


@router.get("/openapi.json")
async def read_openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return Response(
        await document_bytes(request.app),
        media_type="application/json",
        headers={"cache-control": "public, max-age=300"},
    )


@router.get("/docs")
async def read_docs(request: Request) -> Response:
    """The endpoints by audience, without scripts; the document itself is /openapi.json."""
    document = orjson.loads(await document_bytes(request.app))
    described = {tag["name"]: tag["description"] for tag in document.get("tags", [])}
    lines: dict[str, list[str]] = {tag: [] for tag in described}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            lines.setdefault(tag, []).append(_line(path, method, operation))
    sections = "".join(_section(tag, described.get(tag, ""), rows) for tag, rows in lines.items() if rows)
    title = f"送岗 Songgang API {escape(document['info']['version'])}"
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'<h1>{title}</h1><p><a href="/openapi.json">openapi.json</a></p>{sections}</html>'
    )
    return HTMLResponse(page, headers={"content-security-policy": _policy()})


def _line(path: str, method: str, operation: dict[str, Any]) -> str:
    scopes = ", ".join(operation.get("x-songgang-roles") or operation.get("x-songgang-scopes", []))
    what = operation.get("description") or operation.get("summary", "")
    return (
        f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(what)}</td><td>{escape(scopes)}</td></tr>"
    )


def _section(tag: str, description: str, rows: list[str]) -> str:
    return (
        f"<h2>{escape(tag)}</h2><p>{escape(description)}</p><table><thead><tr><th>Method</th><th>Path</th>"
        f"<th>What</th><th>Who</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _policy() -> str:
    from base64 import b64encode
    from hashlib import sha256

    style = b64encode(sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'"
