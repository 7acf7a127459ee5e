"""Feeds of an employer that has no software of its own: an officer sends its table in and reads the report."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from gateway.routers.partner.feeds import ProblemFilters, PushOptions, Source
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND, STALE, TOO_LARGE

router = APIRouter(prefix="/hq/employers/{employer_id}/feeds", tags=["hq"])


@router.put(
    "/{source}",
    status_code=202,
    response_model=c.FeedRunView,
    responses=problems(NOT_FOUND, TOO_LARGE, c.FEED_FORMAT_UNKNOWN, c.FEED_BUSY, c.EMPLOYER_BLOCKED),
)
async def push_employer_feed(
    caller: HqWriter, employer_id: UUID, source: Source, file: UploadFile, options: Annotated[PushOptions, Query()]
) -> Response:
    """Send an employer's feed or table in for it."""
    blob = await caller.store_upload(file)
    message = c.PushFeed(employer_id=employer_id, source=source, blob=blob, **options.model_dump())
    return await caller.start_job(message, location=f"/api/v1/hq/employers/{employer_id}/feeds/{{source}}/runs/{{id}}")


@router.post(
    "",
    status_code=201,
    response_model=c.FeedView,
    responses=problems(NOT_FOUND, c.FEED_URL_REFUSED, c.FEED_SOURCE_TAKEN, c.EMPLOYER_BLOCKED),
)
async def register_employer_feed(caller: HqWriter, employer_id: UUID, body: c.RegisterFeed) -> Response:
    """Have an employer's feed pulled from an address every so many minutes."""
    message = body.model_copy(update={"employer_id": employer_id})
    return await caller.create(message, location=f"/api/v1/hq/employers/{employer_id}/feeds/{{source}}")


@router.get("/{source}", response_model=c.FeedView, responses=problems(NOT_FOUND))
async def get_employer_feed(caller: HqReader, employer_id: UUID, source: Source) -> Response:
    """Read one feed of an employer."""
    return await caller.answer(c.GetFeed(employer_id=employer_id, source=source))


@router.patch("/{source}", response_model=c.FeedView, responses=problems(NOT_FOUND, STALE, c.FEED_URL_REFUSED))
async def change_employer_feed(caller: HqWriter, employer_id: UUID, source: Source, body: c.FeedChanges) -> Response:
    """Change how an employer's feed is pulled, stop it, or pull it again."""
    message = c.ChangeFeed(
        employer_id=employer_id,
        source=source,
        expected_version=caller.if_match(),
        **body.model_dump(exclude_unset=True),
    )
    return await caller.answer(message)


@router.post(
    "/{source}/pull", status_code=202, response_model=c.FeedRunView, responses=problems(NOT_FOUND, c.FEED_BUSY)
)
async def pull_employer_feed(caller: HqWriter, employer_id: UUID, source: Source) -> Response:
    """Pull an employer's registered feed now."""
    message = c.PullFeed(employer_id=employer_id, source=source)
    return await caller.start_job(message, location=f"/api/v1/hq/employers/{employer_id}/feeds/{{source}}/runs/{{id}}")


@router.get("", response_model=Page[c.FeedView])
async def list_employer_feeds(caller: HqReader, employer_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List an employer's feeds."""
    return await caller.answer(c.ListFeeds(employer_id=employer_id, cursor=page.cursor, limit=page.limit))


@router.get("/{source}/runs", response_model=Page[c.FeedRunRow], responses=problems(NOT_FOUND))
async def list_employer_feed_runs(
    caller: HqReader, employer_id: UUID, source: Source, page: Annotated[PageRequest, Query()]
) -> Response:
    """List the runs of an employer's feed, the newest first."""
    message = c.ListFeedRuns(employer_id=employer_id, source=source, cursor=page.cursor, limit=page.limit)
    return await caller.answer(message)


@router.get("/{source}/runs/{run_id}", response_model=c.FeedRunView, responses=problems(NOT_FOUND))
async def get_employer_feed_run(caller: HqReader, employer_id: UUID, source: Source, run_id: UUID) -> Response:
    """Read what a run did and what it found."""
    return await caller.answer(c.GetFeedRun(employer_id=employer_id, source=source, run_id=run_id))


@router.get("/{source}/runs/{run_id}/problems", response_model=Page[c.FeedProblem], responses=problems(NOT_FOUND))
async def list_employer_feed_problems(
    caller: HqReader, employer_id: UUID, source: Source, run_id: UUID, filters: Annotated[ProblemFilters, Query()]
) -> Response:
    """List everything a run found, in the order of the file."""
    message = c.ListFeedProblems(employer_id=employer_id, source=source, run_id=run_id, **filters.model_dump())
    return await caller.answer(message)
