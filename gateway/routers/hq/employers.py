"""用工企业 and 劳务合作框架协议, as headquarters keeps them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from gateway.downloads import send_file
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE, TOO_LARGE

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/employers",
    status_code=201,
    response_model=c.EmployerView,
    responses=problems(c.EMPLOYER_USCC_INVALID, c.EMPLOYER_DUPLICATE),
)
async def register_employer(caller: HqWriter, body: c.RegisterEmployer) -> Response:
    """Register an employer by its unified social credit code."""
    return await caller.create(body, location="/api/v1/hq/employers/{id}")


@router.get("/employers", response_model=Page[c.EmployerRow])
async def list_employers(caller: HqReader, query: Annotated[c.ListEmployers, Query()]) -> Response:
    """List employers, the newest first."""
    return await caller.answer(query)


@router.get("/employers/{employer_id}", response_model=c.EmployerView, responses=problems(NOT_FOUND))
async def get_employer(caller: HqReader, employer_id: UUID) -> Response:
    """Read one employer with its contacts."""
    return await caller.answer(c.GetEmployer(employer_id=employer_id))


@router.patch("/employers/{employer_id}", response_model=c.EmployerView, responses=problems(NOT_FOUND, STALE))
async def update_employer(caller: HqWriter, employer_id: UUID, body: c.EmployerChanges) -> Response:
    """Change what is known of an employer."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.UpdateEmployer(employer_id=employer_id, expected_version=caller.if_match(), **changes))


@router.post(
    "/employers/{employer_id}/block",
    response_model=c.EmployerView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def block_employer(caller: HqWriter, employer_id: UUID, body: c.Reason) -> Response:
    """Put an employer on the blacklist; its postings are withheld and nobody is sent there."""
    return await caller.answer(c.BlockEmployer(employer_id=employer_id, reason=body.reason))


@router.post(
    "/employers/{employer_id}/unblock",
    response_model=c.EmployerView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def unblock_employer(caller: HqWriter, employer_id: UUID, body: c.Reason) -> Response:
    """Take an employer off the blacklist."""
    return await caller.answer(c.UnblockEmployer(employer_id=employer_id, reason=body.reason))


@router.post(
    "/employers/{employer_id}/agreements",
    status_code=201,
    response_model=c.AgreementView,
    responses=problems(NOT_FOUND, c.AGREEMENT_DATES_INVALID, c.AGREEMENT_DUPLICATE, c.EMPLOYER_BLOCKED),
)
async def sign_agreement(caller: HqWriter, employer_id: UUID, body: c.AgreementForm) -> Response:
    """Record a framework agreement with its first and last day."""
    message = c.SignAgreement(employer_id=employer_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/agreements/{id}")


@router.get("/employers/{employer_id}/agreements", response_model=Page[c.AgreementView])
async def list_agreements_of_employer(
    caller: HqReader, employer_id: UUID, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> Response:
    """List one employer's agreements."""
    return await caller.answer(c.ListAgreements(employer_id=employer_id, cursor=cursor, limit=limit))


@router.get("/agreements", response_model=Page[c.AgreementView])
async def list_agreements(caller: HqReader, query: Annotated[c.ListAgreements, Query()]) -> Response:
    """List agreements, among them those that end soon."""
    return await caller.answer(query)


@router.get("/agreements/{agreement_id}", response_model=c.AgreementView, responses=problems(NOT_FOUND))
async def get_agreement(caller: HqReader, agreement_id: UUID) -> Response:
    """Read one agreement."""
    return await caller.answer(c.GetAgreement(agreement_id=agreement_id))


@router.put("/agreements/{agreement_id}/scan", response_model=c.AgreementView, responses=problems(NOT_FOUND, TOO_LARGE))
async def attach_agreement_scan(caller: HqWriter, agreement_id: UUID, file: UploadFile) -> Response:
    """Store the signed scan of an agreement; its SHA-256 names it from then on."""
    await caller.ask(c.GetAgreement(agreement_id=agreement_id))
    scan = await caller.store_upload(file)
    return await caller.answer(c.AttachAgreementScan(agreement_id=agreement_id, scan=scan))


@router.get("/agreements/{agreement_id}/scan", response_class=Response, responses=problems(NOT_FOUND))
async def get_agreement_scan(caller: HqReader, agreement_id: UUID) -> Response:
    """Read the signed scan of an agreement."""
    agreement = await caller.ask(c.GetAgreement(agreement_id=agreement_id))
    if agreement.scan is None:
        raise NOT_FOUND(what="scan")
    return send_file(caller, agreement.scan)


@router.post(
    "/agreements/{agreement_id}/termination",
    response_model=c.AgreementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def terminate_agreement(caller: HqWriter, agreement_id: UUID, body: c.Reason) -> Response:
    """End an agreement before its last day; no new offers are made under it."""
    return await caller.answer(c.TerminateAgreement(agreement_id=agreement_id, reason=body.reason))
