"""就业信息台账 for an outpost: the timeline and 八个一 of its own people, as far as they concern it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import ledger as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])


@router.get("/workers/{worker_id}/ledger", response_model=Page[c.LedgerEntry], responses=problems(NOT_FOUND))
async def list_ledger_entries(
    caller: OutpostStaff,
    worker_id: UUID,
    topic: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Read the timeline of one of the own people, oldest first."""
    return await caller.answer(c.ListLedgerEntries(worker_id=worker_id, topic=topic, cursor=cursor, limit=limit))


@router.get("/workers/{worker_id}/essentials", response_model=c.EssentialsView, responses=problems(NOT_FOUND))
async def get_essentials(caller: OutpostStaff, worker_id: UUID) -> Response:
    """Read which of the 八个一 are there for one of the own people, and which are missing."""
    return await caller.answer(c.GetEssentials(worker_id=worker_id))


@router.get("/essentials", response_model=Page[c.EssentialsRow])
async def list_essentials(caller: OutpostStaff, query: Annotated[c.ListEssentials, Query()]) -> Response:
    """List the own people with what each lacks of the 八个一."""
    return await caller.answer(query)


@router.post("/ledger/exports", status_code=202, response_model=JobState)
async def export_ledger(caller: OutpostStaff, body: c.ExportLedger) -> Response:
    """Make the 台账 of the own people as a spreadsheet."""
    return await caller.start_job(body, location=f"/api/v1/outposts/{caller.outpost}/jobs/{{id}}")
