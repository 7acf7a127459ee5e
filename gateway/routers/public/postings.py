"""公开岗位: what everybody may read of the county's postings, as data, pages, a feed and a stream of changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response, StreamingResponse

from gateway.answers import problems
from gateway.auth import Anyone
from gateway.caller import Caller
from gateway.routers.public.posting_formats import FEED_TAIL, feed_head, feed_job, page
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import CURSOR_INVALID, NOT_FOUND
from shared.contracts.scopes import OutpostCode

router = APIRouter(prefix="/public", tags=["public"])
AT_ONCE = 500


class FeedFilters(BaseModel):
    outpost: OutpostCode | None = Field(default=None, description="collected by it, or the county's in its city")
    employer_id: UUID | None = None


@router.get("/postings", response_model=Page[c.PublicPosting], responses=problems(CURSOR_INVALID))
async def list_postings(caller: Anyone, query: Annotated[c.ListPublicPostings, Query()]) -> Response:
    """List open postings, the newest first."""
    return await caller.answer(query)


@router.get(
    "/postings.xml",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "an Indeed-style feed of all that is open"}},
)
async def read_feed(caller: Anyone, query: Annotated[FeedFilters, Query()]) -> Response:
    """Read every open posting, or one outpost's or employer's, as an XML job feed."""
    headers = {"cache-control": "public, max-age=300"}
    return StreamingResponse(_feed(caller, query), media_type="application/xml; charset=utf-8", headers=headers)


@router.get("/postings/stream", response_model=c.PostingStream, responses=problems(CURSOR_INVALID))
async def stream_postings(caller: Anyone, query: Annotated[c.StreamPostings, Query()]) -> Response:
    """Read what changed since the last time: postings, and `{id, removed: true}` for those that ended."""
    return await caller.answer(query)


@router.get(
    "/postings/{posting_id}",
    response_model=c.PublicPosting,
    responses={
        200: {"content": {"text/html": {}}, "description": "JSON, or a page with JobPosting JSON-LD by Accept"},
        **problems(NOT_FOUND),
    },
)
async def get_posting(caller: Anyone, posting_id: UUID) -> Response:
    """Read one open posting, as JSON or, for a browser, as a page that search engines understand."""
    message = c.GetPublicPosting(posting_id=posting_id)
    if "text/html" not in caller.request.headers.get("accept", ""):
        answer = await caller.answer(message)
        answer.headers["vary"] = "Accept"
        return answer
    posting = await caller.ask(message)
    headers = {"vary": "Accept", "content-security-policy": "default-src 'none'; base-uri 'none'"}
    return HTMLResponse(page(posting, _address_of(caller, posting.id)), headers=headers)


async def _feed(caller: Caller, filters: FeedFilters) -> AsyncIterator[str]:
    """A page of postings after the other, so that the feed's length costs no memory."""
    yield feed_head("黎平县和兴人力资源服务有限公司", caller.gateway.settings.base_url)
    cursor: str | None = None
    while True:
        found = await caller.ask(c.ListPublicPostings(cursor=cursor, limit=AT_ONCE, **filters.model_dump()))
        yield "".join(feed_job(posting, _address_of(caller, posting.id)) for posting in found.items)
        cursor = found.next_cursor
        if cursor is None:
            break
    yield FEED_TAIL


def _address_of(caller: Caller, posting_id: UUID) -> str:
    return f"{caller.gateway.settings.base_url}/jobs/{posting_id}"
