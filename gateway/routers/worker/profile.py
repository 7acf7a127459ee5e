"""What a worker reads about themself, and what they may withdraw."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from gateway.caller import Caller
from shared.contracts import registry as c
from shared.contracts import scopes
from shared.contracts.errors import FORBIDDEN

router = APIRouter(prefix="/worker", tags=["worker"])


def _own_id(caller: Caller) -> UUID:
    scope = caller.context.scope
    if not isinstance(scope, scopes.WorkerSelf):
        raise FORBIDDEN()
    return scope.worker_id


@router.get("/me", response_model=c.WorkerView)
async def get_own_record(caller: WorkerSelf) -> Response:
    """Read one's own record (个人信息保护法 §45)."""
    return await caller.answer(c.GetWorker(worker_id=_own_id(caller)))


@router.post("/me/consents/{purpose}/withdrawal", response_model=c.ConsentView, responses=problems(c.CONSENT_NOT_GIVEN))
async def withdraw_own_consent(caller: WorkerSelf, purpose: c.ConsentPurpose) -> Response:
    """Withdraw a consent; `automated_matching` refuses decisions made by a machine alone."""
    return await caller.answer(c.WithdrawConsent(worker_id=_own_id(caller), purpose=purpose))
