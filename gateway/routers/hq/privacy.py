"""个人信息保护: people's requests and answers, restriction, copies, processing record, retention, who looked."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import AreaWriter, HqAdmin, HqAudit, HqReader, HqWriter
from gateway.downloads import print_paper
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND

PAPER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "个人信息副本"},
    202: {"model": JobState, "description": "a copy that takes long is followed as a job"},
}
router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/workers/{worker_id}/privacy-requests",
    status_code=201,
    response_model=c.PrivacyRequestView,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.PRIVACY_REQUEST_OPEN),
)
async def submit_privacy_request(caller: HqWriter, worker_id: UUID, body: c.PrivacyRequestForm) -> Response:
    """Take down what a worker asks about their own data; it is due in thirty days."""
    message = c.SubmitPrivacyRequest(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/privacy-requests/{id}")


@router.get("/privacy-requests", response_model=Page[c.PrivacyRequestView])
async def list_privacy_requests(caller: HqReader, query: Annotated[c.ListPrivacyRequests, Query()]) -> Response:
    """List people's requests, what is due first comes first."""
    return await caller.answer(query)


@router.get("/privacy-requests/{request_id}", response_model=c.PrivacyRequestView, responses=problems(NOT_FOUND))
async def get_privacy_request(caller: HqReader, request_id: UUID) -> Response:
    """Read one request and its answer."""
    return await caller.answer(c.GetPrivacyRequest(request_id=request_id))


@router.post(
    "/privacy-requests/{request_id}/fulfilment",
    response_model=c.PrivacyRequestView,
    responses=problems(NOT_FOUND, c.PRIVACY_REQUEST_ANSWERED, c.WORKER_ON_LEGAL_HOLD, c.WORKER_RESTRICTED),
)
async def fulfil_privacy_request(caller: HqAdmin, request_id: UUID, body: c.PrivacyAnswer) -> Response:
    """Fulfil a request: a deletion is carried out, a restriction begins."""
    return await caller.answer(c.FulfilPrivacyRequest(request_id=request_id, answer=body.answer))


@router.post(
    "/privacy-requests/{request_id}/refusal",
    response_model=c.PrivacyRequestView,
    responses=problems(NOT_FOUND, c.PRIVACY_REQUEST_ANSWERED),
)
async def refuse_privacy_request(caller: HqAdmin, request_id: UUID, body: c.PrivacyAnswer) -> Response:
    """Refuse a request with the reason that the person reads (个人信息保护法 §50)."""
    return await caller.answer(c.RefusePrivacyRequest(request_id=request_id, answer=body.answer))


@router.post("/workers/{worker_id}/data-copy", response_model=c.AccessCopy, responses=problems(NOT_FOUND))
async def make_access_copy(caller: HqWriter, worker_id: UUID) -> Response:
    """Make the copy of what HQ may see about a person over all services, to hand it over; recorded as a disclosure."""
    return await caller.answer(c.MakeAccessCopy(worker_id=worker_id))


@router.post(
    "/workers/{worker_id}/data-copy/paper",
    response_class=Response,
    responses={**PAPER, **problems(NOT_FOUND, c.WORKER_ERASED)},
)
async def print_access_copy(caller: HqWriter, worker_id: UUID) -> Response:
    """The same copy on paper (PDF), in words, to hand over."""
    return await print_paper(caller, c.PrintAccessCopy(worker_id=worker_id), jobs="/api/v1/hq/jobs")


@router.post(
    "/workers/{worker_id}/restriction",
    status_code=204,
    response_class=Response,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.WORKER_RESTRICTED),
)
async def restrict_worker(caller: HqAdmin, worker_id: UUID, body: c.RestrictionForm) -> Response:
    """Restrict a record 限制处理: it is kept, leaves rosters and matching, and is used for nothing else."""
    return await caller.answer(c.RestrictWorker(worker_id=worker_id, reason=body.reason), status=204)


@router.post(
    "/workers/{worker_id}/restriction/lifting",
    status_code=204,
    response_class=Response,
    responses=problems(NOT_FOUND, c.WORKER_NOT_RESTRICTED),
)
async def lift_restriction(caller: HqAdmin, worker_id: UUID, body: c.RestrictionForm) -> Response:
    """Free a restricted record: it is as active as it was before."""
    return await caller.answer(c.LiftRestriction(worker_id=worker_id, reason=body.reason), status=204)


@router.post(
    "/workers/{worker_id}/consents/{purpose}",
    status_code=201,
    response_model=c.ConsentView,
    responses=problems(NOT_FOUND, c.CONSENT_GIVEN_ALREADY, c.WORKER_ERASED),
)
async def give_consent(caller: AreaWriter, worker_id: UUID, purpose: c.ConsentPurpose, body: c.ConsentForm) -> Response:
    """Take down a worker's consent to one purpose, with its evidence."""
    message = c.GiveConsent(worker_id=worker_id, purpose=purpose, evidence=body.evidence)
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}")


@router.get("/looks", response_model=Page[c.LookView])
async def list_looks(caller: HqAudit, query: Annotated[c.ListLooks, Query()]) -> Response:
    """List who read whose record 谁看过谁, the latest day first."""
    return await caller.answer(query)


@router.get("/lookers", response_model=Page[c.LookerView])
async def list_lookers(caller: HqAudit, query: Annotated[c.ListLookers, Query()]) -> Response:
    """List accounts by day with how many people's records they read, and whether that is unusual."""
    return await caller.answer(query)


@router.get("/processing-record", response_model=c.ProcessingRecord)
async def get_processing_record(caller: HqReader, query: Annotated[c.GetProcessingRecord, Query()]) -> Response:
    """Read the record of processing activities (个人信息保护法 §55, §56) with how often details were disclosed."""
    return await caller.answer(query)


@router.get("/retention", response_model=Page[c.RetentionRow])
async def list_retention_due(caller: HqWriter, query: Annotated[c.ListRetentionDue, Query()]) -> Response:
    """List people of whom nothing was recorded for five years: delete, or give a reason to keep."""
    return await caller.answer(query)


@router.post(
    "/workers/{worker_id}/retention",
    status_code=204,
    response_class=Response,
    responses=problems(NOT_FOUND, c.PERIOD_INVALID),
)
async def keep_worker(caller: HqWriter, worker_id: UUID, body: c.RetentionForm) -> Response:
    """Keep a record beyond its time, with the reason and an end."""
    return await caller.answer(c.KeepWorker(worker_id=worker_id, **body.model_dump()), status=204)
