"""What a worker reads about themself, and what they may withdraw."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from gateway.caller import Caller
from shared.contracts import registry as c
from shared.contracts import scopes
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import FORBIDDEN, NOT_FOUND

router = APIRouter(prefix="/worker", tags=["worker"])


def own_id(caller: Caller) -> UUID:
    scope = caller.context.scope
    if not isinstance(scope, scopes.WorkerSelf):
        raise FORBIDDEN()
    return scope.worker_id


@router.get("/me", response_model=c.WorkerView)
async def get_own_record(caller: WorkerSelf) -> Response:
    """Read one's own record (个人信息保护法 §45)."""
    return await caller.answer(c.GetWorker(worker_id=own_id(caller)))


@router.post("/me/consents/{purpose}/withdrawal", response_model=c.ConsentView, responses=problems(c.CONSENT_NOT_GIVEN))
async def withdraw_own_consent(caller: WorkerSelf, purpose: c.ConsentPurpose) -> Response:
    """Withdraw a consent; `automated_matching` refuses decisions made by a machine alone."""
    return await caller.answer(c.WithdrawConsent(worker_id=own_id(caller), purpose=purpose))


@router.post(
    "/me/change-requests",
    status_code=201,
    response_model=c.ChangeRequestView,
    responses=problems(
        c.CHANGE_REQUEST_EMPTY, c.ID_NUMBER_INVALID, c.UNDER_AGE, c.PHONE_INVALID, c.DIVISION_UNKNOWN, c.PERIOD_INVALID
    ),
)
async def request_correction(caller: WorkerSelf, body: c.ChangeRequestForm) -> Response:
    """Ask for a correction of one's own record (个人信息保护法 §46); an officer checks and decides it."""
    message = c.RequestChange(worker_id=own_id(caller), **body.model_dump())
    return await caller.create(message, location="/api/v1/worker/me/change-requests")


@router.get("/me/change-requests", response_model=Page[c.ChangeRequestView])
async def list_own_corrections(caller: WorkerSelf, page: Annotated[PageRequest, Query()]) -> Response:
    """List what one asked to have corrected, and what was decided."""
    own = own_id(caller)
    return await caller.answer(c.ListChangeRequests(worker_id=own, cursor=page.cursor, limit=page.limit))


@router.post(
    "/me/change-requests/{request_id}/withdrawal",
    response_model=c.ChangeRequestView,
    responses=problems(NOT_FOUND, c.CHANGE_REQUEST_DECIDED),
)
async def withdraw_own_correction(caller: WorkerSelf, request_id: UUID) -> Response:
    """Take back one's own request while nobody has decided."""
    return await caller.answer(c.WithdrawChangeRequest(request_id=request_id))
