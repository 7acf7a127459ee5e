"""网格: visits, who is due for one, change requests and their approval; an area account within its own area."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaDecider, AreaWriter
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])
VALUE_PROBLEMS = (c.ID_NUMBER_INVALID, c.UNDER_AGE, c.PHONE_INVALID, c.DIVISION_UNKNOWN, c.PERIOD_INVALID)
DECISION_PROBLEMS = (NOT_FOUND, c.CHANGE_REQUEST_DECIDED, c.CHANGE_REQUEST_OWN)


@router.get("/grid", response_model=c.GridOverview)
async def get_grid_overview(caller: Area, query: Annotated[c.GetGridOverview, Query()]) -> Response:
    """Read the grid at a glance: people, hardship, visits due, requests waiting, certificates that end soon."""
    return await caller.answer(query)


@router.post(
    "/workers/{worker_id}/visits",
    status_code=201,
    response_model=c.VisitView,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.PERIOD_INVALID),
)
async def record_visit(caller: AreaWriter, worker_id: UUID, body: c.VisitForm) -> Response:
    """Note a visit 走访: whom one met, what they need, when to come again."""
    message = c.RecordVisit(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/visits?worker_id={worker_id}")


@router.get("/visits", response_model=Page[c.VisitView])
async def list_visits(caller: Area, query: Annotated[c.ListVisits, Query()]) -> Response:
    """List visits by worker, place, day or need, the latest first."""
    return await caller.answer(query)


@router.get("/visits/due", response_model=Page[c.DueVisit])
async def list_due_visits(caller: Area, query: Annotated[c.ListDueVisits, Query()]) -> Response:
    """List the people in hardship who should be visited: not seen for 90 days, or by the day agreed."""
    return await caller.answer(query)


@router.post("/visits/{visit_id}/voiding", response_model=c.VisitView, responses=problems(NOT_FOUND))
async def void_visit(caller: AreaWriter, visit_id: UUID, body: c.VisitVoid) -> Response:
    """Take back a visit that was noted by mistake; it stays readable as such."""
    return await caller.answer(c.VoidVisit(visit_id=visit_id, reason=body.reason))


@router.post(
    "/workers/{worker_id}/change-requests",
    status_code=201,
    response_model=c.ChangeRequestView,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.CHANGE_REQUEST_EMPTY, *VALUE_PROBLEMS),
)
async def request_change(caller: AreaWriter, worker_id: UUID, body: c.ChangeRequestForm) -> Response:
    """Ask for a change of a sensitive fact 变更申请; somebody else decides it."""
    message = c.RequestChange(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/change-requests/{id}")


@router.get("/change-requests", response_model=Page[c.ChangeRequestView])
async def list_change_requests(caller: Area, query: Annotated[c.ListChangeRequests, Query()]) -> Response:
    """List change requests, the oldest first, each with the facts before and after in words."""
    return await caller.answer(query)


@router.get("/change-requests/{request_id}", response_model=c.ChangeRequestView, responses=problems(NOT_FOUND))
async def get_change_request(caller: Area, request_id: UUID) -> Response:
    """Read one change request."""
    return await caller.answer(c.GetChangeRequest(request_id=request_id))


@router.post(
    "/change-requests/{request_id}/approval",
    response_model=c.ChangeRequestView,
    responses=problems(*DECISION_PROBLEMS, c.CHANGE_REQUEST_OUTDATED, c.WORKER_DUPLICATE, c.WORKER_ERASED),
)
async def approve_change_request(caller: AreaDecider, request_id: UUID, body: c.ApprovalForm) -> Response:
    """Approve a request and carry it out; never one's own."""
    return await caller.answer(c.ApproveChangeRequest(request_id=request_id, note=body.note))


@router.post(
    "/change-requests/{request_id}/refusal",
    response_model=c.ChangeRequestView,
    responses=problems(*DECISION_PROBLEMS),
)
async def refuse_change_request(caller: AreaDecider, request_id: UUID, body: c.RefusalForm) -> Response:
    """Refuse a request, with the reason that its author reads."""
    return await caller.answer(c.RefuseChangeRequest(request_id=request_id, reason=body.reason))


@router.post(
    "/change-requests/{request_id}/withdrawal",
    response_model=c.ChangeRequestView,
    responses=problems(NOT_FOUND, c.CHANGE_REQUEST_DECIDED),
)
async def withdraw_change_request(caller: AreaWriter, request_id: UUID) -> Response:
    """Take back one's own request while nobody has decided."""
    return await caller.answer(c.WithdrawChangeRequest(request_id=request_id))
