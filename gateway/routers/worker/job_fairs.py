"""招聘会 for the worker: checking in with the own phone, the own interviews and offers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.links import LINK_EXPIRED, LINK_INVALID

router = APIRouter(prefix="/worker", tags=["worker"])


@router.post(
    "/check-ins", response_model=c.OwnFairView, responses=problems(LINK_INVALID, LINK_EXPIRED, c.FAIR_NOT_TODAY)
)
async def check_in(caller: WorkerSelf, body: c.CheckInSelf) -> Response:
    """Check in at a fair by what the QR code at its door says; twice is once."""
    return await caller.answer(body)


@router.get("/interviews", response_model=Page[c.InterviewView])
async def list_interviews(caller: WorkerSelf, page: Annotated[PageRequest, Query()]) -> Response:
    """List my interviews and what was offered to me."""
    return await caller.answer(c.ListInterviews(cursor=page.cursor, limit=page.limit))


@router.post(
    "/interviews/{interview_id}/answer",
    response_model=c.InterviewView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.RECOMMENDATION_NOT_ELIGIBLE, c.RECOMMENDATION_CAP_REACHED),
)
async def answer_offer(caller: WorkerSelf, interview_id: UUID, body: c.FairOfferAnswered) -> Response:
    """Say whether I take the work that an employer offered me."""
    return await caller.answer(c.AnswerFairOffer(interview_id=interview_id, answer=body.answer))
