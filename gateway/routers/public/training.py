"""What anybody may read of training: courses, open sessions, and whether a certificate is genuine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Anyone
from shared.contracts import training as c
from shared.contracts.base import Page

router = APIRouter(prefix="/public", tags=["public"])


@router.get("/courses", response_model=Page[c.CourseView])
async def list_courses(caller: Anyone, query: Annotated[c.ListCourses, Query()]) -> Response:
    """List the courses."""
    return await caller.answer(query)


@router.get("/training-sessions", response_model=Page[c.TrainingSessionView])
async def list_sessions(caller: Anyone, query: Annotated[c.ListTrainingSessions, Query()]) -> Response:
    """List the open sessions, the latest start first."""
    return await caller.answer(query)


@router.get(
    "/certificates/{certificate_no}",
    response_model=c.CertificateCheckView,
    responses=problems(c.CERTIFICATE_NOT_FOUND),
)
async def check_certificate(
    caller: Anyone, certificate_no: Annotated[str, Path(max_length=40, examples=["LPJY-2026-00031-7"])]
) -> Response:
    """Check that a certificate is genuine; the answer names no person."""
    return await caller.answer(c.CheckCertificate(certificate_no=certificate_no))
