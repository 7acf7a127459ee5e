"""A worker's own training."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import WorkerSelf
from shared.contracts import training as c
from shared.contracts.base import Page

router = APIRouter(prefix="/worker", tags=["worker"])


@router.get("/enrolments", response_model=Page[c.EnrolmentView])
async def list_enrolments(caller: WorkerSelf, query: Annotated[c.ListEnrolments, Query()]) -> Response:
    """List the sessions you are enrolled in."""
    return await caller.answer(query)


@router.get("/certificates", response_model=Page[c.CertificateView])
async def list_certificates(caller: WorkerSelf, query: Annotated[c.ListCertificates, Query()]) -> Response:
    """List your certificates."""
    return await caller.answer(query)
