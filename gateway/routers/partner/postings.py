"""An employer's own view: itself, its agreements, its postings."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import PartnerApi
from gateway.routers.posting_steps import posting_router
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = posting_router("/partner", "partner", PartnerApi, PartnerApi)


@router.get("/employer", response_model=c.EmployerView)
async def get_own_employer(caller: PartnerApi) -> Response:
    """Read what the county keeps of the own company."""
    return await caller.answer(c.GetEmployer())


@router.get("/agreements", response_model=Page[c.AgreementView])
async def list_agreements(caller: PartnerApi, query: Annotated[c.ListAgreements, Query()]) -> Response:
    """List the own framework agreements."""
    return await caller.answer(query)


@router.get("/agreements/{agreement_id}", response_model=c.AgreementView, responses=problems(NOT_FOUND))
async def get_agreement(caller: PartnerApi, agreement_id: UUID) -> Response:
    """Read one of the own framework agreements."""
    return await caller.answer(c.GetAgreement(agreement_id=agreement_id))
