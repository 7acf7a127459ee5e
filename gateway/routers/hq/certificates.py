"""结业证书: issued to a session's learners, printed, revoked, and looked up with the work that followed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqWriter
from gateway.downloads import print_paper
from shared.contracts import training as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/training-sessions/{session_id}/certificates",
    status_code=201,
    response_model=c.CertificatesIssued,
    responses=problems(
        NOT_FOUND, c.NOT_ENROLLED, c.ATTENDANCE_TOO_LOW, c.NOT_PASSED, c.NOTHING_TO_CERTIFY, ILLEGAL_TRANSITION
    ),
)
async def issue_certificates(caller: HqWriter, session_id: UUID, body: c.CertificateForm) -> Response:
    """Certify those named, or everyone who attended enough and passed; completes the session."""
    message = c.IssueCertificates(session_id=session_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/certificates?session_id={session_id}")


@router.get("/certificates", response_model=Page[c.CertificateView])
async def list_certificates(caller: Area, query: Annotated[c.ListCertificates, Query()]) -> Response:
    """List certificates, the newest first, with the work that followed."""
    return await caller.answer(query)


@router.post(
    "/certificates/{certificate_id}/revocation",
    response_model=c.CertificateView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def revoke_certificate(caller: HqWriter, certificate_id: UUID, body: c.RevocationForm) -> Response:
    """Revoke a certificate; its number checks as revoked from now on."""
    return await caller.answer(c.RevokeCertificate(certificate_id=certificate_id, reason=body.reason))


@router.post("/certificate-papers", status_code=202, response_model=JobState, responses=problems(NOT_FOUND))
async def print_certificates(caller: HqWriter, body: c.PrintCertificates) -> Response:
    """Print the certificates of a session, or those named, into one PDF."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")


@router.get(
    "/certificates/{certificate_id}/paper.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "结业证书"}, **problems(NOT_FOUND)},
)
async def print_certificate(caller: HqWriter, certificate_id: UUID) -> Response:
    """Print one certificate with the learner's real name."""
    return await print_paper(caller, c.PrintCertificates(certificate_ids=[certificate_id]), jobs="/api/v1/hq/jobs")
