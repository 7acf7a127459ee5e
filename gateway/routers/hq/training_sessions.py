"""培训班次: seats, rosters, attendance and certificates."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])
SESSION = "/training-sessions/{session_id}"


@router.post(
    "/training-sessions",
    status_code=201,
    response_model=c.TrainingSessionView,
    responses=problems(NOT_FOUND, c.COURSE_NOT_FOUND, c.COMMISSION_SEATS_EXCEEDED, ILLEGAL_TRANSITION),
)
async def create_session(caller: HqWriter, body: c.CreateTrainingSession) -> Response:
    """Plan a session, within a commission's seats where it belongs to one."""
    return await caller.create(body, location="/api/v1/hq/training-sessions/{id}")


@router.get("/training-sessions", response_model=Page[c.TrainingSessionView])
async def list_sessions(caller: HqReader, query: Annotated[c.ListTrainingSessions, Query()]) -> Response:
    """List sessions, the latest start first."""
    return await caller.answer(query)


@router.get(SESSION, response_model=c.TrainingSessionView, responses=problems(NOT_FOUND))
async def get_session(caller: HqReader, session_id: UUID) -> Response:
    """Read one session."""
    return await caller.answer(c.GetTrainingSession(session_id=session_id))


@router.post(
    f"{SESSION}/cancellation",
    response_model=c.TrainingSessionView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_session(caller: HqWriter, session_id: UUID) -> Response:
    """Cancel a session with all its enrolments."""
    return await caller.answer(c.CancelTrainingSession(session_id=session_id))


@router.post(
    f"{SESSION}/enrolments",
    status_code=201,
    response_model=c.EnrolmentView,
    responses=problems(NOT_FOUND, c.ALREADY_ENROLLED, ILLEGAL_TRANSITION),
)
async def enrol_worker(caller: HqWriter, session_id: UUID, body: c.EnrolmentForm) -> Response:
    """Enrol a worker; when the session is full, on the waiting list."""
    message = c.EnrolWorker(session_id=session_id, worker_id=body.worker_id)
    return await caller.create(message, location="/api/v1/hq/training-sessions/{session_id}/enrolments")


@router.get(f"{SESSION}/enrolments", response_model=Page[c.EnrolmentView])
async def list_enrolments(
    caller: HqReader,
    session_id: UUID,
    state: c.EnrolmentState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """List the roster in the order of enrolment."""
    return await caller.answer(c.ListEnrolments(session_id=session_id, state=state, cursor=cursor, limit=limit))


@router.post(
    "/enrolments/{enrolment_id}/cancellation",
    response_model=c.EnrolmentView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_enrolment(caller: HqWriter, enrolment_id: UUID) -> Response:
    """Give a place back; the first who waits takes it."""
    return await caller.answer(c.CancelEnrolment(enrolment_id=enrolment_id))


@router.post(
    f"{SESSION}/attendance",
    response_model=c.AttendanceView,
    responses=problems(NOT_FOUND, c.ATTENDANCE_OUTSIDE_SESSION, c.NOT_ENROLLED, ILLEGAL_TRANSITION),
)
async def record_attendance(caller: HqWriter, session_id: UUID, body: c.AttendanceForm) -> Response:
    """Record who was present on a day; sent again it replaces that day's list."""
    return await caller.answer(c.RecordAttendance(session_id=session_id, **body.model_dump()))


@router.post(
    f"{SESSION}/certificates",
    status_code=201,
    response_model=c.CertificatesIssued,
    responses=problems(NOT_FOUND, c.NOT_ENROLLED, c.ATTENDANCE_TOO_LOW, c.NOTHING_TO_CERTIFY, ILLEGAL_TRANSITION),
)
async def issue_certificates(caller: HqWriter, session_id: UUID, body: c.CertificateForm) -> Response:
    """Certify those named, or everyone who attended enough; completes the session."""
    message = c.IssueCertificates(session_id=session_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/certificates?session_id={session_id}")


@router.get("/certificates", response_model=Page[c.CertificateView])
async def list_certificates(caller: HqReader, query: Annotated[c.ListCertificates, Query()]) -> Response:
    """List certificates, the newest first, with the placement that followed."""
    return await caller.answer(query)
