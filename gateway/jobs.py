"""Long work, seen from outside: its state, its end by wish, and its progress as server-sent events.

A job's id names its service (`registry.0197…`), so that every audience has the same three endpoints for all of them.
The stream asks the service for the row now and then; between two questions it holds neither a thread nor a connection
to the database.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from gateway.answers import problems
from gateway.caller import Caller
from gateway.errors import problem_details
from gateway.language import locale_from
from shared.contracts.base import JobState
from shared.contracts.errors import Problem
from shared.contracts.kit import JOB_FINISHED, JOB_NOT_FOUND, CancelJob, GetJob
from shared.kit.settings import SERVICES

JobId = Annotated[
    str,
    Path(
        description="the id that started the job gave",
        pattern=r"^[a-z]+\.[0-9a-fA-F-]{36}$",
        examples=["registry.0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1a01"],
    ),
]
_OVER = {"succeeded", "failed", "cancelled"}


def split_job_id(job_id: str) -> tuple[str, UUID]:
    """The service and the row; raises job.not_found."""
    service, _, row = job_id.partition(".")
    try:
        found = UUID(row)
    except ValueError as error:
        raise JOB_NOT_FOUND() from error
    if service not in SERVICES:
        raise JOB_NOT_FOUND()
    return service, found


async def job(caller: Caller, job_id: str) -> Response:
    service, row = split_job_id(job_id)
    return await caller.answer(GetJob(job_id=row), service=service)


async def cancel(caller: Caller, job_id: str) -> Response:
    service, row = split_job_id(job_id)
    return await caller.answer(CancelJob(job_id=row), status=202, service=service)


async def progress(caller: Caller, job_id: str) -> Response:
    """The stream of a job that exists; raises job.not_found before it begins."""
    service, row = split_job_id(job_id)
    first = await caller.ask_raw(GetJob(job_id=row), service=service)
    return EventSourceResponse(_states(caller, service, row, first), ping=15)


async def _states(caller: Caller, service: str, row: UUID, state: dict[str, Any]) -> AsyncIterator[ServerSentEvent]:
    """`progress` events while the job changes, then one `end`; a `problem` event where the service cannot be asked.

    A stream ends after a quarter of an hour; browsers come again by themselves.
    """
    options = caller.gateway.options
    until = time.monotonic() + options.job_stream_seconds
    pause = options.job_poll_seconds
    shown: dict[str, Any] | None = None
    while True:
        is_over = state["state"] in _OVER
        if state != shown or is_over:
            shown = state
            yield ServerSentEvent(orjson.dumps(state).decode(), event="end" if is_over else "progress")
        if is_over or time.monotonic() > until:
            return
        await asyncio.sleep(pause)
        try:
            state = await caller.ask_raw(GetJob(job_id=row), service=service)
            pause = options.job_poll_seconds
        except Problem as problem:
            locale = locale_from(caller.request.headers.get("accept-language"))
            yield ServerSentEvent(orjson.dumps(problem_details(problem.body, locale)).decode(), event="problem")
            if problem.code == JOB_NOT_FOUND.code:
                return
            pause = min(pause * 2, 8.0)


def job_router(prefix: str, tag: str, audience: Any) -> APIRouter:
    """The three endpoints for one audience, whose alias is `audience`."""
    router = APIRouter(prefix=prefix, tags=[tag])

    @router.get("/jobs/{job_id}", response_model=JobState, responses=problems(JOB_NOT_FOUND))
    async def get_job(caller: audience, job_id: JobId) -> Response:
        """Read how far a job is."""
        return await job(caller, job_id)

    @router.post(
        "/jobs/{job_id}/cancellation",
        status_code=202,
        response_model=JobState,
        responses=problems(JOB_NOT_FOUND, JOB_FINISHED),
    )
    async def cancel_job(caller: audience, job_id: JobId) -> Response:
        """Ask a job to end; what it has done so far stays."""
        return await cancel(caller, job_id)

    @router.get(
        "/jobs/{job_id}/progress",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "`progress` events with the job's state as JSON, then one `end`",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **problems(JOB_NOT_FOUND),
        },
    )
    async def follow_job(caller: audience, job_id: JobId) -> Response:
        """Follow a job as server-sent events."""
        return await progress(caller, job_id)

    return router
