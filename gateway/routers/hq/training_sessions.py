"""培训班次: when and where a course is held, who is enrolled, and how each one did."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter, HqWriter
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

router = APIRouter(prefix="/hq", tags=["hq"])
SESSION = "/training-sessions/{session_id}"


@router.post(
    "/training-sessions",
    status_code=201,
    response_model=c.TrainingSessionView,
    responses=problems(
        NOT_FOUND,
        c.COURSE_NOT_FOUND,
        c.TRAINING_POSTING_UNKNOWN,
        c.SESSION_OUTSIDE_COMMISSION,
        c.COMMISSION_SEATS_EXCEEDED,
        c.COMMISSION_BUDGET_EXCEEDED,
        ILLEGAL_TRANSITION,
    ),
)
async def create_session(caller: HqWriter, body: c.CreateTrainingSession) -> Response:
    """Plan a session, within a commission's seats, budget and term where it belongs to one."""
    return await caller.create(body, location="/api/v1/hq/training-sessions/{id}")


@router.get("/training-sessions", response_model=Page[c.TrainingSessionView])
async def list_sessions(caller: Area, query: Annotated[c.ListTrainingSessions, Query()]) -> Response:
    """List sessions, the latest start first."""
    return await caller.answer(query)


@router.get(SESSION, response_model=c.TrainingSessionView, responses=problems(NOT_FOUND))
async def get_session(caller: Area, session_id: UUID) -> Response:
    """Read one session."""
    return await caller.answer(c.GetTrainingSession(session_id=session_id))


@router.patch(
    SESSION,
    response_model=c.TrainingSessionView,
    responses=problems(
        NOT_FOUND,
        STALE,
        ILLEGAL_TRANSITION,
        c.SESSION_TOO_SMALL,
        c.SESSION_DAYS_RECORDED,
        c.SESSION_OUTSIDE_COMMISSION,
        c.COMMISSION_SEATS_EXCEEDED,
    ),
)
async def change_session(caller: HqWriter, session_id: UUID, body: c.TrainingSessionChange) -> Response:
    """Change an open session; more seats go to those who wait, in their order."""
    given = body.model_dump(exclude_unset=True)
    return await caller.answer(
        c.ChangeTrainingSession(session_id=session_id, expected_version=caller.if_match(), **given)
    )


@router.post(
    f"{SESSION}/completion",
    response_model=c.TrainingSessionView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def complete_session(caller: HqWriter, session_id: UUID) -> Response:
    """Say that a session was held; whoever still waits is let go."""
    return await caller.answer(c.CompleteTrainingSession(session_id=session_id))


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
    responses=problems(
        NOT_FOUND,
        c.ALREADY_ENROLLED,
        c.ENROLMENT_CLASHES,
        c.ENROLMENT_NOT_ACTIVE,
        ILLEGAL_TRANSITION,
    ),
)
async def enrol_worker(caller: AreaWriter, session_id: UUID, body: c.EnrolmentForm) -> Response:
    """Enrol a worker; when the session is full, on the waiting list. An area account enrols its own people."""
    message = c.EnrolWorker(session_id=session_id, worker_id=body.worker_id)
    return await caller.create(message, location="/api/v1/hq/training-sessions/{session_id}/enrolments")


@router.get(f"{SESSION}/enrolments", response_model=Page[c.EnrolmentView])
async def list_enrolments(
    caller: Area,
    session_id: UUID,
    state: c.EnrolmentState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """List the roster in the order of enrolment."""
    return await caller.answer(c.ListEnrolments(session_id=session_id, state=state, cursor=cursor, limit=limit))


@router.get("/enrolments", response_model=Page[c.EnrolmentView])
async def list_all_enrolments(caller: Area, query: Annotated[c.ListEnrolments, Query()]) -> Response:
    """List enrolments of any session, such as one worker's."""
    return await caller.answer(query)


@router.post(
    "/enrolments/{enrolment_id}/cancellation",
    response_model=c.EnrolmentView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_enrolment(caller: AreaWriter, enrolment_id: UUID) -> Response:
    """Give a place back; the first who waits takes it."""
    return await caller.answer(c.CancelEnrolment(enrolment_id=enrolment_id))


@router.post(
    f"{SESSION}/results",
    response_model=c.ResultsView,
    responses=problems(NOT_FOUND, c.NOT_ENROLLED, c.RESULT_CERTIFIED, ILLEGAL_TRANSITION),
)
async def record_results(caller: HqWriter, session_id: UUID, body: c.ResultsForm) -> Response:
    """Record examination results; the course's pass mark judges a score."""
    return await caller.answer(c.RecordResults(session_id=session_id, results=body.results))
