"""What HQ sees of the outposts' care: whom they look after, and counts of the rest."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.get("/caseload", response_model=Page[c.CaseloadView])
async def list_caseload(caller: HqReader, query: Annotated[c.ListCaseload, Query()]) -> Response:
    """List whom the outposts look after, the newest first."""
    return await caller.answer(query)


@router.get("/caseload/{worker_id}", response_model=c.CaseloadView, responses=problems(NOT_FOUND))
async def get_caseload(caller: HqReader, worker_id: UUID) -> Response:
    """Read which outpost looks after a worker."""
    return await caller.answer(c.GetCaseload(worker_id=worker_id))


@router.get("/outpost-figures", response_model=c.FiguresOfOutposts)
async def get_outpost_figures(caller: HqReader) -> Response:
    """Count each outpost's people, follow-ups, rights cases and visits; the cases themselves stay with the outpost."""
    return await caller.answer(c.GetOutpostFigures())
