"""维权案件: an outpost's rights cases, with their statutory clocks, evidence and recovered amounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from gateway.downloads import send_file
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TOO_LARGE

router = APIRouter(prefix="/outposts/{code}/cases", tags=["outposts"])


@router.post(
    "",
    status_code=201,
    response_model=c.RightsCaseView,
    responses=problems(NOT_FOUND, c.CASE_FACT_IN_FUTURE),
)
async def open_case(caller: OutpostStaff, body: c.OpenRightsCase) -> Response:
    """Open a rights case for a worker in the outpost's caseload."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/cases/{{id}}")


@router.get("", response_model=Page[c.RightsCaseRow])
async def list_cases(caller: OutpostStaff, query: Annotated[c.ListRightsCases, Query()]) -> Response:
    """List the outpost's cases, the newest first; `due_until` for those with a clock that ends soon."""
    return await caller.answer(query)


@router.get("/{case_id}", response_model=c.RightsCaseView, responses=problems(NOT_FOUND))
async def get_case(caller: OutpostStaff, case_id: UUID) -> Response:
    """Read one case: its deadlines as the statutes say them today, events, evidence, recoveries."""
    return await caller.answer(c.GetRightsCase(case_id=case_id))


@router.post(
    "/{case_id}/events",
    status_code=201,
    response_model=c.RightsCaseView,
    responses=problems(NOT_FOUND, c.CASE_FACT_IN_FUTURE, c.CASE_FACT_NOT_FOR_KIND, ILLEGAL_TRANSITION),
)
async def record_event(caller: OutpostStaff, case_id: UUID, body: c.CaseEventForm) -> Response:
    """Record what happened; a fact that the statutes know starts, restarts or stops clocks."""
    message = c.RecordCaseEvent(case_id=case_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/outposts/{caller.outpost}/cases/{{id}}")


@router.post(
    "/{case_id}/evidence",
    status_code=201,
    response_model=c.EvidenceView,
    responses=problems(NOT_FOUND, TOO_LARGE, ILLEGAL_TRANSITION),
)
async def add_evidence(
    caller: OutpostStaff,
    case_id: UUID,
    file: Annotated[UploadFile, File(description="photo, scan or recording, at most 50 MB")],
    kind: Annotated[c.EvidenceKind, Form()] = c.EvidenceKind.other,
    description: Annotated[str | None, Form(max_length=10_000)] = None,
    obtained_on: Annotated[date | None, Form()] = None,
) -> Response:
    """Add a file to the case's evidence; it is stored encrypted."""
    await caller.ask(c.GetRightsCase(case_id=case_id))
    blob = await caller.store_upload(file, max_mb=50)
    message = c.AddEvidence(
        case_id=case_id, blob=blob, kind=kind, description=description or None, obtained_on=obtained_on
    )
    location = f"/api/v1/outposts/{caller.outpost}/cases/{case_id}/evidence/{{id}}"
    return await caller.create(message, location=location)


@router.get(
    "/{case_id}/evidence/{evidence_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}, **problems(NOT_FOUND)},
)
async def download_evidence(caller: OutpostStaff, case_id: UUID, evidence_id: UUID) -> Response:
    """Download one file of the evidence."""
    found = await caller.ask(c.GetEvidence(case_id=case_id, evidence_id=evidence_id))
    return send_file(caller, found.blob)


@router.post(
    "/{case_id}/recoveries",
    status_code=201,
    response_model=c.RightsCaseView,
    responses=problems(NOT_FOUND, c.CASE_FACT_IN_FUTURE),
)
async def record_recovery(caller: OutpostStaff, case_id: UUID, body: c.RecoveryForm) -> Response:
    """Record money that reached the worker; also after the case was closed."""
    message = c.RecordRecovery(case_id=case_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/outposts/{caller.outpost}/cases/{{id}}")


@router.post("/{case_id}/closure", response_model=c.RightsCaseView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def close_case(caller: OutpostStaff, case_id: UUID, body: c.ClosureForm) -> Response:
    """Close a case with its outcome."""
    return await caller.answer(c.CloseRightsCase(case_id=case_id, **body.model_dump()))


@router.post("/{case_id}/reopening", response_model=c.RightsCaseView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def reopen_case(caller: OutpostStaff, case_id: UUID, body: c.ReopeningForm) -> Response:
    """Reopen a closed case, in the state it was closed from."""
    return await caller.answer(c.ReopenRightsCase(case_id=case_id, reason=body.reason))
