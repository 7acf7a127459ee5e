"""转岗: asking another outpost to take a worker over, and answering."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/outposts/{code}/transfers", tags=["outposts"])


@router.post(
    "",
    status_code=201,
    response_model=c.JobTransferView,
    responses=problems(NOT_FOUND, c.TRANSFER_ALREADY_REQUESTED),
)
async def request_transfer(caller: OutpostStaff, body: c.RequestJobTransfer) -> Response:
    """Ask another outpost (or the own one, for another job) to take over a worker of the caseload."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/transfers/{{id}}")


@router.get("", response_model=Page[c.JobTransferView])
async def list_transfers(caller: OutpostStaff, query: Annotated[c.ListJobTransfers, Query()]) -> Response:
    """List transfers asked and received, the newest first."""
    return await caller.answer(query)


@router.get("/{transfer_id}", response_model=c.JobTransferView, responses=problems(NOT_FOUND))
async def get_transfer(caller: OutpostStaff, transfer_id: UUID) -> Response:
    """Read one transfer."""
    return await caller.answer(c.GetJobTransfer(transfer_id=transfer_id))


@router.post(
    "/{transfer_id}/acceptance",
    response_model=c.JobTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def accept_transfer(caller: OutpostStaff, transfer_id: UUID, body: c.TransferAnswer) -> Response:
    """Take the worker over; caseload, follow-ups and (if handed over) open cases move."""
    return await caller.answer(c.AcceptJobTransfer(transfer_id=transfer_id, note=body.note))


@router.post(
    "/{transfer_id}/refusal",
    response_model=c.JobTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def refuse_transfer(caller: OutpostStaff, transfer_id: UUID, body: c.TransferRefusal) -> Response:
    """Refuse a transfer and say why."""
    return await caller.answer(c.RefuseJobTransfer(transfer_id=transfer_id, note=body.note))


@router.post(
    "/{transfer_id}/withdrawal",
    response_model=c.JobTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def withdraw_transfer(caller: OutpostStaff, transfer_id: UUID) -> Response:
    """Withdraw the own request before it is answered."""
    return await caller.answer(c.WithdrawJobTransfer(transfer_id=transfer_id))
