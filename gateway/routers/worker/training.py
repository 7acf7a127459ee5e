"""A worker's own training."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from shared.contracts import scopes
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.links import LINK_EXPIRED, LINK_INVALID

router = APIRouter(prefix="/worker", tags=["worker"])


class OwnEnrolment(BaseModel, extra="forbid"):
    session_id: UUID


@router.get("/enrolments", response_model=Page[c.EnrolmentView])
async def list_enrolments(caller: WorkerSelf, query: Annotated[c.ListEnrolments, Query()]) -> Response:
    """List the sessions you are enrolled in."""
    return await caller.answer(query)


@router.post(
    "/enrolments",
    status_code=201,
    response_model=c.EnrolmentView,
    responses=problems(NOT_FOUND, c.ALREADY_ENROLLED, c.ENROLMENT_CLASHES, ILLEGAL_TRANSITION),
)
async def enrol(caller: WorkerSelf, body: OwnEnrolment) -> Response:
    """Enrol yourself in an open session; when it is full you wait in line."""
    scope = caller.context.scope
    if not isinstance(scope, scopes.WorkerSelf):
        raise FORBIDDEN()
    message = c.EnrolWorker(session_id=body.session_id, worker_id=scope.worker_id)
    return await caller.create(message, location="/api/v1/worker/enrolments")


@router.post(
    "/enrolments/{enrolment_id}/cancellation",
    response_model=c.EnrolmentView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_enrolment(caller: WorkerSelf, enrolment_id: UUID) -> Response:
    """Give your place back; the first who waits takes it."""
    return await caller.answer(c.CancelEnrolment(enrolment_id=enrolment_id))


@router.post(
    "/attendance",
    response_model=c.CheckInView,
    responses=problems(LINK_INVALID, LINK_EXPIRED, c.NOT_ENROLLED, ILLEGAL_TRANSITION),
)
async def check_in(caller: WorkerSelf, body: c.CodeForm) -> Response:
    """Check in with the code of the day that you scanned."""
    return await caller.answer(c.CheckInByCode(code=body.code))


@router.get("/certificates", response_model=Page[c.CertificateView])
async def list_certificates(caller: WorkerSelf, query: Annotated[c.ListCertificates, Query()]) -> Response:
    """List your certificates."""
    return await caller.answer(query)
