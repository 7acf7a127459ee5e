"""清单月末存档: seal the rosters of a day, list what is sealed, verify it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqAudit, HqReader, HqWriter
from gateway.downloads import send_file
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq/roster-snapshots", tags=["hq"])
JOBS = "/api/v1/hq/jobs/{id}"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}, "description": "one row a line"}
}


@router.post("", status_code=202, response_model=JobState, responses=problems(c.ROSTER_DATE_IN_FUTURE))
async def seal_rosters(caller: HqWriter, body: c.SealForm) -> Response:
    """Seal the six rosters of a day that is over; a month's end is sealed by itself."""
    return await caller.start_job(c.SealRosters(as_of=body.as_of), location=JOBS)


@router.get("", response_model=Page[c.RosterSnapshotView])
async def list_snapshots(caller: HqReader, query: Annotated[c.ListRosterSnapshots, Query()]) -> Response:
    """List the sealed rosters, newest first, with their hashes and signatures."""
    return await caller.answer(query)


@router.get("/{snapshot_id}", response_model=c.RosterSnapshotView, responses=problems(NOT_FOUND))
async def get_snapshot(caller: HqReader, snapshot_id: UUID) -> Response:
    """Read one seal."""
    return await caller.answer(c.GetRosterSnapshot(snapshot_id=snapshot_id))


@router.get("/{snapshot_id}/rows.jsonl", response_class=Response, responses={**FILE, **problems(NOT_FOUND)})
async def download_rows(caller: HqAudit, snapshot_id: UUID) -> Response:
    """Download the sealed rows; they name people by id alone."""
    return send_file(caller, (await caller.ask(c.GetSnapshotFile(snapshot_id=snapshot_id))).file)


@router.post("/{snapshot_id}/verification", status_code=202, response_model=JobState, responses=problems(NOT_FOUND))
async def verify_snapshot(caller: HqAudit, snapshot_id: UUID) -> Response:
    """Check chain, signature and rows, and whether the register still gives the same roster for that day."""
    return await caller.start_job(c.VerifyRosterSnapshot(snapshot_id=snapshot_id), location=JOBS)
