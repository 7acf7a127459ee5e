"""What a worker may do about the own data: read a copy, see who looked, consent, and ask."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from gateway.downloads import print_paper
from gateway.routers.worker.profile import own_id
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page, PageRequest
from shared.contracts.errors import NOT_FOUND

PAPER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "个人信息副本"},
    202: {"model": JobState, "description": "a copy that takes long is followed as a job"},
}
router = APIRouter(prefix="/worker/me", tags=["worker"])


@router.post("/data-copy", response_model=c.AccessCopy)
async def make_own_copy(caller: WorkerSelf) -> Response:
    """Get a copy of everything that is held about oneself (个人信息保护法 §45), the identity number whole."""
    return await caller.answer(c.MakeAccessCopy(worker_id=own_id(caller)))


@router.post("/data-copy/paper", response_class=Response, responses=PAPER)
async def print_own_copy(caller: WorkerSelf) -> Response:
    """The same copy on paper (PDF), in words."""
    return await print_paper(caller, c.PrintAccessCopy(worker_id=own_id(caller)), jobs="/api/v1/worker/jobs")


@router.get("/looks", response_model=c.OwnLooks)
async def get_own_looks(caller: WorkerSelf) -> Response:
    """See which office looked at one's record, when and for what."""
    return await caller.answer(c.GetOwnLooks(worker_id=own_id(caller)))


@router.post(
    "/consents/{purpose}",
    status_code=201,
    response_model=c.ConsentView,
    responses=problems(c.CONSENT_GIVEN_ALREADY, c.WORKER_RESTRICTED),
)
async def give_own_consent(caller: WorkerSelf, purpose: c.ConsentPurpose, body: c.ConsentForm) -> Response:
    """Consent to one purpose; it can be withdrawn as easily."""
    message = c.GiveConsent(worker_id=own_id(caller), purpose=purpose, evidence=body.evidence)
    return await caller.create(message, location="/api/v1/worker/me")


@router.post(
    "/privacy-requests",
    status_code=201,
    response_model=c.PrivacyRequestView,
    responses=problems(c.PRIVACY_REQUEST_OPEN),
)
async def submit_own_request(caller: WorkerSelf, body: c.PrivacyRequestForm) -> Response:
    """Ask for access, correction, deletion, restriction or an explanation; answered within thirty days."""
    message = c.SubmitPrivacyRequest(worker_id=own_id(caller), **body.model_dump())
    return await caller.create(message, location="/api/v1/worker/me/privacy-requests")


@router.get("/privacy-requests", response_model=Page[c.PrivacyRequestView])
async def list_own_requests(caller: WorkerSelf, page: Annotated[PageRequest, Query()]) -> Response:
    """List what one asked, and the answers."""
    message = c.ListPrivacyRequests(worker_id=own_id(caller), cursor=page.cursor, limit=page.limit)
    return await caller.answer(message)


@router.post(
    "/privacy-requests/{request_id}/withdrawal",
    response_model=c.PrivacyRequestView,
    responses=problems(NOT_FOUND, c.PRIVACY_REQUEST_ANSWERED),
)
async def withdraw_own_request(caller: WorkerSelf, request_id: UUID) -> Response:
    """Take a request back while it is not answered."""
    return await caller.answer(c.WithdrawPrivacyRequest(request_id=request_id))
