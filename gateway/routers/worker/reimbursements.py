"""车费报销: a worker claims the fare of the own journey."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/worker/reimbursements", tags=["worker"])


@router.post(
    "",
    status_code=201,
    response_model=c.ReimbursementView,
    responses=problems(
        NOT_FOUND,
        c.REIMBURSEMENT_CHARTERED_SEAT,
        c.REIMBURSEMENT_TICKET_USED,
        c.REIMBURSEMENT_ALREADY_THIS_YEAR,
        c.REIMBURSEMENT_NO_POLICY,
    ),
)
async def submit_reimbursement(caller: WorkerSelf, body: c.SubmitReimbursement) -> Response:
    """Claim the fare of the journey to work; a leg covered by a chartered seat is refused."""
    return await caller.create(body, location="/api/v1/worker/reimbursements/{id}")


@router.get("", response_model=Page[c.ReimbursementRow])
async def list_reimbursements(caller: WorkerSelf, query: Annotated[c.ListReimbursements, Query()]) -> Response:
    """List the own claims, the newest first."""
    return await caller.answer(query)


@router.get("/{reimbursement_id}", response_model=c.ReimbursementView, responses=problems(NOT_FOUND))
async def get_reimbursement(caller: WorkerSelf, reimbursement_id: UUID) -> Response:
    """Read one of the own claims."""
    return await caller.answer(c.GetReimbursement(reimbursement_id=reimbursement_id))
