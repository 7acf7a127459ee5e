"""招聘会 as an employer with a booth sees it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import PartnerApi
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/partner/job-fairs", tags=["partner"])


@router.get("", response_model=Page[c.JobFairView])
async def list_fairs(caller: PartnerApi, query: Annotated[c.ListJobFairs, Query()]) -> Response:
    """List the fairs at which we have a booth."""
    return await caller.answer(query)


@router.get("/{fair_id}/booths", response_model=Page[c.BoothView], responses=problems(NOT_FOUND))
async def list_booths(caller: PartnerApi, fair_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """Read our booth."""
    return await caller.answer(c.ListBooths(fair_id=fair_id, cursor=page.cursor, limit=page.limit))


@router.get("/{fair_id}/interviews", response_model=Page[c.InterviewView])
async def list_interviews(
    caller: PartnerApi,
    fair_id: UUID,
    page: Annotated[PageRequest, Query()],
    state: c.InterviewState | None = None,
) -> Response:
    """List our queue; people are named by id alone."""
    return await caller.answer(c.ListInterviews(fair_id=fair_id, state=state, cursor=page.cursor, limit=page.limit))


@router.post(
    "/{fair_id}/interviews/{interview_id}/result",
    response_model=c.InterviewView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def record_result(caller: PartnerApi, fair_id: UUID, interview_id: UUID, body: c.InterviewResult) -> Response:
    """Say whether we offer the work, and at which wage from when."""
    return await caller.answer(c.RecordInterviewResult(interview_id=interview_id, **body.model_dump()))
