"""培训委托书: which provider trains how many in what, for how much."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqReader, HqWriter
from gateway.downloads import print_paper
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq/training-commissions", tags=["hq"])


@router.post(
    "",
    status_code=201,
    response_model=c.TrainingCommissionView,
    responses=problems(c.COURSE_NOT_FOUND, c.TRAINING_POSTING_UNKNOWN),
)
async def create_commission(caller: HqWriter, body: c.CreateTrainingCommission) -> Response:
    """Commission a provider to train so many people, for a named posting (定岗培训) or for none."""
    return await caller.create(body, location="/api/v1/hq/training-commissions/{id}")


@router.get("", response_model=Page[c.TrainingCommissionView])
async def list_commissions(caller: Area, query: Annotated[c.ListTrainingCommissions, Query()]) -> Response:
    """List commissions, the newest first."""
    return await caller.answer(query)


@router.get("/{commission_id}", response_model=c.TrainingCommissionView, responses=problems(NOT_FOUND))
async def get_commission(caller: Area, commission_id: UUID) -> Response:
    """Read one commission."""
    return await caller.answer(c.GetTrainingCommission(commission_id=commission_id))


@router.get(
    "/{commission_id}/paper.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "培训委托书"}, **problems(NOT_FOUND)},
)
async def print_commission(caller: HqReader, commission_id: UUID) -> Response:
    """Print the commission; each print is counted on the paper and logged."""
    return await print_paper(caller, c.PrintTrainingCommission(commission_id=commission_id), jobs="/api/v1/hq/jobs")


@router.post(
    "/{commission_id}/completion",
    response_model=c.TrainingCommissionView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def complete_commission(caller: HqWriter, commission_id: UUID) -> Response:
    """Close a commission whose sessions were all held."""
    return await caller.answer(c.CompleteTrainingCommission(commission_id=commission_id))


@router.post(
    "/{commission_id}/cancellation",
    response_model=c.TrainingCommissionView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_commission(caller: HqWriter, commission_id: UUID) -> Response:
    """Cancel a commission that has no sessions."""
    return await caller.answer(c.CancelTrainingCommission(commission_id=commission_id))
