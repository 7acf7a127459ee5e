"""A worker's own recommendations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/worker/recommendations", tags=["worker"])


@router.get("", response_model=Page[c.RecommendationView])
async def list_own_recommendations(
    caller: WorkerSelf, page: Annotated[PageRequest, Query()], is_live: bool | None = None
) -> Response:
    """List the postings recommended to me, newest first."""
    return await caller.answer(c.ListRecommendations(is_live=is_live, cursor=page.cursor, limit=page.limit))


@router.get("/{recommendation_id}", response_model=c.RecommendationView, responses=problems(NOT_FOUND))
async def get_own_recommendation(caller: WorkerSelf, recommendation_id: UUID) -> Response:
    """Read one recommendation and why it was made."""
    return await caller.answer(c.GetRecommendation(recommendation_id=recommendation_id))


@router.post(
    "/{recommendation_id}/answer",
    response_model=c.RecommendationView,
    responses=problems(NOT_FOUND, c.RECOMMENDATION_ANSWERED, c.RECOMMENDATION_NO_LONGER_OPEN),
)
async def answer_own_recommendation(
    caller: WorkerSelf, recommendation_id: UUID, body: c.RecommendationAnswer
) -> Response:
    """Say that I want the work, or that I do not and why."""
    return await caller.answer(c.AnswerRecommendation(recommendation_id=recommendation_id, **body.model_dump()))


@router.delete(
    "/{recommendation_id}/answer",
    response_model=c.RecommendationView,
    responses=problems(
        NOT_FOUND, c.RECOMMENDATION_UNDO_TOO_LATE, c.RECOMMENDATION_NO_LONGER_OPEN, c.RECOMMENDATION_CAP_REACHED
    ),
)
async def withdraw_own_answer(caller: WorkerSelf, recommendation_id: UUID) -> Response:
    """Take my answer back on the day I gave it."""
    return await caller.answer(c.WithdrawAnswer(recommendation_id=recommendation_id))
