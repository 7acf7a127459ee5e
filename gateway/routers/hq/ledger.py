"""就业信息台账: a worker's timeline and 八个一, and the proof that nothing was changed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqAudit, HqReader
from shared.contracts import ledger as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.get("/workers/{worker_id}/ledger", response_model=Page[c.LedgerEntry], responses=problems(NOT_FOUND))
async def list_ledger_entries(
    caller: Area,
    worker_id: UUID,
    topic: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Read a worker's timeline, oldest first: what happened, who did it, where."""
    return await caller.answer(c.ListLedgerEntries(worker_id=worker_id, topic=topic, cursor=cursor, limit=limit))


@router.get("/workers/{worker_id}/essentials", response_model=c.EssentialsView, responses=problems(NOT_FOUND))
async def get_essentials(caller: Area, worker_id: UUID) -> Response:
    """Read which of the 八个一 are there for a worker, by which event, and which are missing."""
    return await caller.answer(c.GetEssentials(worker_id=worker_id))


@router.get("/workers/{worker_id}/ledger/chain", response_model=c.ChainView, responses=problems(NOT_FOUND))
async def verify_chain(caller: HqReader, worker_id: UUID) -> Response:
    """Recompute the hash chain of one worker's ledger."""
    return await caller.answer(c.VerifyChain(worker_id=worker_id))


@router.get("/essentials", response_model=Page[c.EssentialsRow])
async def list_essentials(caller: Area, query: Annotated[c.ListEssentials, Query()]) -> Response:
    """List a batch of workers with what each lacks of the 八个一."""
    return await caller.answer(query)


@router.get("/essentials/summary", response_model=c.EssentialsSummary)
async def summarize_essentials(caller: Area, query: Annotated[c.SummarizeEssentials, Query()]) -> Response:
    """Read how many of a batch have each of the 八个一, and how many have all."""
    return await caller.answer(query)


@router.post("/ledger/exports", status_code=202, response_model=JobState)
async def export_ledger(caller: Area, body: c.ExportLedger) -> Response:
    """Make the 台账 of a county, township or village as a spreadsheet in the office's layout."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")


@router.post("/ledger/verifications", status_code=202, response_model=JobState)
async def verify_ledger(caller: HqAudit) -> Response:
    """Recompute every chain and verify every publisher's signature."""
    return await caller.start_job(c.VerifyLedger(), location="/api/v1/hq/jobs/{id}")


@router.post("/ledger/rebuilds", status_code=202, response_model=JobState)
async def rebuild_ledger(caller: HqAudit) -> Response:
    """Replay the log from nothing and compare the result with what is read now."""
    return await caller.start_job(c.RebuildLedger(), location="/api/v1/hq/jobs/{id}")
