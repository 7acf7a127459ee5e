"""Recommendations as staff see them, answer them for the worker, and make them by hand."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])

_ANSWER = problems(NOT_FOUND, c.RECOMMENDATION_ANSWERED, c.RECOMMENDATION_NO_LONGER_OPEN)
_WITHDRAW = problems(
    NOT_FOUND, c.RECOMMENDATION_UNDO_TOO_LATE, c.RECOMMENDATION_NO_LONGER_OPEN, c.RECOMMENDATION_CAP_REACHED
)


@router.get("/recommendations", response_model=Page[c.RecommendationView])
async def list_recommendations(caller: Area, query: Annotated[c.ListRecommendations, Query()]) -> Response:
    """List recommendations, newest first."""
    return await caller.answer(query)


@router.get("/recommendations/{recommendation_id}", response_model=c.RecommendationView, responses=problems(NOT_FOUND))
async def get_recommendation(caller: Area, recommendation_id: UUID) -> Response:
    """Read one recommendation with its score and the parts that it is made of."""
    return await caller.answer(c.GetRecommendation(recommendation_id=recommendation_id))


@router.post("/recommendations/{recommendation_id}/answer", response_model=c.RecommendationView, responses=_ANSWER)
async def answer_recommendation(caller: AreaWriter, recommendation_id: UUID, body: c.RecommendationAnswer) -> Response:
    """Record what the worker said of a recommendation."""
    return await caller.answer(c.AnswerRecommendation(recommendation_id=recommendation_id, **body.model_dump()))


@router.delete("/recommendations/{recommendation_id}/answer", response_model=c.RecommendationView, responses=_WITHDRAW)
async def withdraw_answer(caller: AreaWriter, recommendation_id: UUID) -> Response:
    """Take an answer back on the day it was given."""
    return await caller.answer(c.WithdrawAnswer(recommendation_id=recommendation_id))


@router.post(
    "/recommendations/{recommendation_id}/withdrawal",
    response_model=c.RecommendationView,
    responses=problems(NOT_FOUND, c.RECOMMENDATION_NO_LONGER_OPEN),
)
async def withdraw_recommendation(
    caller: AreaWriter, recommendation_id: UUID, body: c.RecommendationWithdrawal
) -> Response:
    """Take a live offer back, saying why: no slip and no message carries it any more."""
    return await caller.answer(c.WithdrawRecommendation(recommendation_id=recommendation_id, reason=body.reason))


@router.get("/workers/{worker_id}/recommendations", response_model=Page[c.RecommendationView])
async def list_worker_recommendations(
    caller: Area, worker_id: UUID, page: Annotated[PageRequest, Query()], is_live: bool | None = None
) -> Response:
    """List what one worker was recommended, newest first."""
    return await caller.answer(
        c.ListRecommendations(worker_id=worker_id, is_live=is_live, cursor=page.cursor, limit=page.limit)
    )


@router.post(
    "/workers/{worker_id}/recommendations",
    status_code=201,
    response_model=c.RecommendationView,
    responses=problems(NOT_FOUND, c.RECOMMENDATION_EXISTS, c.RECOMMENDATION_NOT_ELIGIBLE, c.RECOMMENDATION_CAP_REACHED),
)
async def recommend_posting(caller: AreaWriter, worker_id: UUID, body: c.StaffRecommendation) -> Response:
    """Recommend a posting to a worker by hand, saying why; the gate and the cap hold as for a run."""
    return await caller.create(
        c.RecommendPosting(worker_id=worker_id, **body.model_dump()), location="/api/v1/hq/recommendations/{id}"
    )


@router.post(
    "/workers/{worker_id}/recommendations/{recommendation_id}/answer",
    response_model=c.RecommendationView,
    responses=_ANSWER,
)
async def answer_worker_recommendation(
    caller: AreaWriter, worker_id: UUID, recommendation_id: UUID, body: c.RecommendationAnswer
) -> Response:
    """Record what this worker said of a recommendation."""
    return await caller.answer(
        c.AnswerRecommendation(recommendation_id=recommendation_id, worker_id=worker_id, **body.model_dump())
    )


@router.delete(
    "/workers/{worker_id}/recommendations/{recommendation_id}/answer",
    response_model=c.RecommendationView,
    responses=_WITHDRAW,
)
async def withdraw_worker_answer(caller: AreaWriter, worker_id: UUID, recommendation_id: UUID) -> Response:
    """Take this worker's answer back on the day it was given."""
    return await caller.answer(c.WithdrawAnswer(recommendation_id=recommendation_id, worker_id=worker_id))
