"""What anybody may read of training: courses, open sessions, and whether a certificate is genuine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from gateway.answers import problems
from gateway.auth import Anyone
from gateway.routers.public import certificate_page
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import Problem

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
    responses={
        200: {"content": {"text/html": {}}, "description": "JSON, or a page by Accept"},
        **problems(c.CERTIFICATE_NOT_FOUND),
    },
)
async def check_certificate(
    caller: Anyone, certificate_no: Annotated[str, Path(max_length=40, examples=["LPJY-2026-00031-7"])]
) -> Response:
    """Check that a certificate is genuine, as JSON or, for who scanned its code, as a page; it names no person."""
    message = c.CheckCertificate(certificate_no=certificate_no)
    if "text/html" not in caller.request.headers.get("accept", ""):
        answer = await caller.answer(message)
        answer.headers["vary"] = "Accept"
        return answer
    headers = {"vary": "Accept", "cache-control": "no-store", "content-security-policy": certificate_page.POLICY}
    try:
        found = await caller.ask(message)
    except Problem as problem:
        if problem.code != c.CERTIFICATE_NOT_FOUND.code:
            raise
        unknown = certificate_page.unknown_page(certificate_no, caller.context.locale)
        return HTMLResponse(unknown, status_code=404, headers=headers)
    return HTMLResponse(certificate_page.page(found, caller.context.locale), headers=headers)
