"""岗位开发: the openings that an outpost's liaison officers collect, and the employers they collect them from."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from gateway.routers.posting_steps import posting_router
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = posting_router("/outposts/{code}", "outposts", OutpostStaff, OutpostStaff)


@router.get("/employers", response_model=Page[c.EmployerRow])
async def list_employers(caller: OutpostStaff, query: Annotated[c.ListEmployers, Query()]) -> Response:
    """List employers to collect openings from."""
    return await caller.answer(query)


@router.get("/employers/{employer_id}", response_model=c.EmployerView, responses=problems(NOT_FOUND))
async def get_employer(caller: OutpostStaff, employer_id: UUID) -> Response:
    """Read one employer with its contacts."""
    return await caller.answer(c.GetEmployer(employer_id=employer_id))
