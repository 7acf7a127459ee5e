"""Feeds: an employer pushes its jobs as its own software writes them, or has them pulled."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from anyio import to_thread
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import PartnerApi
from gateway.errors import UNSUPPORTED_MEDIA
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND, STALE, TOO_LARGE

router = APIRouter(prefix="/partner/feeds", tags=["partner"])
MAX_MB = 180
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACCEPTED = (
    "application/ld+json",
    "application/json",
    "text/html",
    "application/xml",
    "text/xml",
    "application/rss+xml",
    "application/atom+xml",
    "text/csv",
    "text/tab-separated-values",
    XLSX,
)
Source = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$",
        description="the employer's own name of the feed",
        examples=["erp"],
    ),
]


class PushOptions(BaseModel):
    mode: c.FeedMode = Field(default=c.FeedMode.snapshot, description="delta: nothing is closed for being absent")
    allow_shrink: bool = Field(default=False, description="close what is missing even if the feed shrank by much")


class ProblemFilters(PageRequest):
    severity: c.Severity | None = None
    code: str | None = Field(default=None, max_length=60, examples=["feed.wage_unreadable"])


@router.put(
    "/{source}",
    status_code=202,
    response_model=c.FeedRunView,
    responses=problems(TOO_LARGE, UNSUPPORTED_MEDIA, c.FEED_BUSY, c.EMPLOYER_BLOCKED),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in ACCEPTED},
        }
    },
)
async def push_feed(caller: PartnerApi, source: Source, options: Annotated[PushOptions, Query()]) -> Response:
    """Send the whole feed: JobPosting JSON-LD, an XML job feed, CSV or XLSX; gzip is unpacked. The run is a job."""
    blob = await caller.store_body(accept=ACCEPTED, max_mb=MAX_MB)
    message = c.PushFeed(source=source, blob=blob, mode=options.mode, allow_shrink=options.allow_shrink)
    return await caller.start_job(message, location="/api/v1/partner/feeds/{source}/runs/{id}")


@router.post(
    "",
    status_code=201,
    response_model=c.FeedView,
    responses=problems(c.FEED_URL_REFUSED, c.FEED_SOURCE_TAKEN, c.EMPLOYER_BLOCKED),
)
async def register_feed(caller: PartnerApi, body: c.RegisterFeed) -> Response:
    """Have a feed pulled from an address every so many minutes, with conditional requests."""
    return await caller.create(body, location="/api/v1/partner/feeds/{source}")


@router.get("", response_model=Page[c.FeedView])
async def list_feeds(caller: PartnerApi, page: Annotated[PageRequest, Query()]) -> Response:
    """List the own feeds."""
    return await caller.answer(c.ListFeeds(cursor=page.cursor, limit=page.limit))


@router.get("/{source}", response_model=c.FeedView, responses=problems(NOT_FOUND))
async def get_feed(caller: PartnerApi, source: Source) -> Response:
    """Read one feed."""
    return await caller.answer(c.GetFeed(source=source))


@router.post(
    "/{source}/jobs",
    status_code=202,
    response_model=c.FeedRunView,
    responses=problems(c.FEED_BUSY, c.EMPLOYER_BLOCKED),
)
async def send_jobs(caller: PartnerApi, source: Source, body: c.FeedJobs) -> Response:
    """Send single jobs as JSON, to open, change or close them; all others stay as they are. The run is a job."""
    content = orjson.dumps([_as_read(job) for job in body.jobs])
    blob = await to_thread.run_sync(
        lambda: caller.gateway.blobs.put_bytes(content, media_type="application/json", filename=f"{source}.json")
    )
    message = c.PushFeed(source=source, blob=blob, mode=c.FeedMode.delta)
    return await caller.start_job(message, location="/api/v1/partner/feeds/{source}/runs/{id}")


def _as_read(job: c.FeedJob) -> dict[str, object]:
    """By the names that a file would have; a place inside China, since the county sends nobody abroad."""
    told = job.model_dump(mode="json", exclude_none=True, exclude={"reference", "removed"})
    if job.removed:
        return {"id": job.reference, "removed": True}
    return {"id": job.reference, "country": "CN", **told}


@router.patch(
    "/{source}",
    response_model=c.FeedView,
    responses=problems(NOT_FOUND, STALE, c.FEED_URL_REFUSED),
)
async def change_feed(caller: PartnerApi, source: Source, body: c.FeedChanges) -> Response:
    """Change address, rhythm or mode of a pulled feed, or pull a stopped one again."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.ChangeFeed(source=source, expected_version=caller.if_match(), **changes))


@router.post(
    "/{source}/pull", status_code=202, response_model=c.FeedRunView, responses=problems(NOT_FOUND, c.FEED_BUSY)
)
async def pull_feed(caller: PartnerApi, source: Source) -> Response:
    """Pull a registered feed now."""
    return await caller.start_job(c.PullFeed(source=source), location="/api/v1/partner/feeds/{source}/runs/{id}")


@router.post("/{source}/stop", response_model=c.FeedView, responses=problems(NOT_FOUND))
async def stop_feed(caller: PartnerApi, source: Source) -> Response:
    """Pull a feed no more; its postings stay until they end."""
    return await caller.answer(c.StopFeed(source=source))


@router.get("/{source}/runs", response_model=Page[c.FeedRunRow], responses=problems(NOT_FOUND))
async def list_feed_runs(caller: PartnerApi, source: Source, page: Annotated[PageRequest, Query()]) -> Response:
    """List the runs of a feed, the newest first."""
    return await caller.answer(c.ListFeedRuns(source=source, cursor=page.cursor, limit=page.limit))


@router.get("/{source}/runs/{run_id}", response_model=c.FeedRunView, responses=problems(NOT_FOUND))
async def get_feed_run(caller: PartnerApi, source: Source, run_id: UUID) -> Response:
    """Read what a run did and what it found: by row, field, code and gravity."""
    return await caller.answer(c.GetFeedRun(source=source, run_id=run_id))


@router.get("/{source}/runs/{run_id}/problems", response_model=Page[c.FeedProblem], responses=problems(NOT_FOUND))
async def list_feed_problems(
    caller: PartnerApi, source: Source, run_id: UUID, filters: Annotated[ProblemFilters, Query()]
) -> Response:
    """List everything a run found, in the order of the file."""
    return await caller.answer(c.ListFeedProblems(source=source, run_id=run_id, **filters.model_dump()))
