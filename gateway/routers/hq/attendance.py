"""Attendance of a training session: the day's list, single check-ins, and the code that learners scan."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqWriter
from gateway.downloads import print_paper
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq/training-sessions/{session_id}", tags=["hq"])
REFUSALS = (NOT_FOUND, c.ATTENDANCE_OUTSIDE_SESSION, c.ATTENDANCE_AHEAD, c.NOT_ENROLLED, ILLEGAL_TRANSITION)


@router.post("/attendance", response_model=c.AttendanceView, responses=problems(*REFUSALS))
async def record_attendance(caller: HqWriter, session_id: UUID, body: c.AttendanceForm) -> Response:
    """Record who was present on a day; sent again it replaces that day's list."""
    return await caller.answer(c.RecordAttendance(session_id=session_id, **body.model_dump()))


@router.get("/attendance", response_model=Page[c.AttendanceRow])
async def list_attendance(
    caller: Area,
    session_id: UUID,
    on: date | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List who was there, by day, and how it was recorded."""
    return await caller.answer(c.ListAttendance(session_id=session_id, on=on, cursor=cursor, limit=limit))


@router.post("/check-ins", response_model=c.CheckInView, responses=problems(*REFUSALS))
async def check_in(caller: HqWriter, session_id: UUID, body: c.CheckInForm) -> Response:
    """Record one learner who has come; twice is the same check-in."""
    return await caller.answer(c.CheckIn(session_id=session_id, **body.model_dump()))


@router.get(
    "/attendance-code",
    response_model=c.AttendanceCodeView,
    responses=problems(NOT_FOUND, c.ATTENDANCE_OUTSIDE_SESSION),
)
async def make_attendance_code(
    caller: HqWriter,
    session_id: UUID,
    on: date | None = None,
    minutes: Annotated[int | None, Query(ge=1, le=1440)] = None,
) -> Response:
    """Make the QR code of one day for a screen or a wall; learners who scan it are checked in."""
    return await caller.answer(c.MakeAttendanceCode(session_id=session_id, on=on, minutes=minutes))


@router.get(
    "/sign-in-sheet.pdf",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "签到表"},
        **problems(NOT_FOUND, c.ATTENDANCE_OUTSIDE_SESSION),
    },
)
async def print_sign_in_sheet(caller: HqWriter, session_id: UUID, on: date | None = None) -> Response:
    """Print the roster of one day with room for signatures and the day's code."""
    return await print_paper(caller, c.PrintSignInSheet(session_id=session_id, on=on), jobs="/api/v1/hq/jobs")
