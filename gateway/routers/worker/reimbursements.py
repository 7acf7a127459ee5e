"""车费报销: a worker claims the fare of the own journey."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from gateway.errors import UNSUPPORTED_MEDIA
from gateway.photos import Photo, Position, photographed, send_photo
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TOO_LARGE

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
        c.REIMBURSEMENT_UNDER_AGE,
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


@router.post(
    "/{reimbursement_id}/corrections",
    status_code=201,
    response_model=c.ReimbursementView,
    responses=problems(
        NOT_FOUND,
        ILLEGAL_TRANSITION,
        c.REIMBURSEMENT_CHARTERED_SEAT,
        c.REIMBURSEMENT_TICKET_USED,
        c.REIMBURSEMENT_NO_POLICY,
    ),
)
async def correct_reimbursement(caller: WorkerSelf, reimbursement_id: UUID, body: c.Correction) -> Response:
    """Replace an undecided claim by a corrected one."""
    message = c.CorrectReimbursement(reimbursement_id=reimbursement_id, legs=body.legs, reason=body.reason)
    return await caller.create(message, location="/api/v1/worker/reimbursements/{id}")


@router.post(
    "/{reimbursement_id}/legs/{position}/photo",
    response_model=c.ReimbursementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.REIMBURSEMENT_NO_SUCH_LEG, TOO_LARGE, UNSUPPORTED_MEDIA),
)
async def attach_ticket_photo(caller: WorkerSelf, reimbursement_id: UUID, position: Position, file: Photo) -> Response:
    """Keep the photo of one of the own tickets."""
    return await caller.answer(await photographed(caller, reimbursement_id, position, file))


@router.get(
    "/{reimbursement_id}/legs/{position}/photo",
    response_class=Response,
    responses={200: {"description": "the photo of the ticket"}, **problems(NOT_FOUND)},
)
async def get_ticket_photo(caller: WorkerSelf, reimbursement_id: UUID, position: Position) -> Response:
    """Look at the photo of one of the own tickets."""
    return await send_photo(caller, reimbursement_id, position)
