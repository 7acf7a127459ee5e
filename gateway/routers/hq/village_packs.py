"""村级离线包: take a village's people along, bring the file back, decide what both sides changed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import send_file
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page, PageRequest
from shared.contracts.errors import NOT_FOUND, TOO_LARGE

router = APIRouter(prefix="/hq/village-packs", tags=["hq"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "离线包"}
}
MAX_MB = 20


class FindingQuery(PageRequest, BaseModel):
    kind: c.FindingKind | None = None
    state: c.FindingState | None = Field(default=None, description="open: conflicts that wait for a decision")


@router.post("", status_code=202, response_model=JobState, responses=problems(c.DIVISION_UNKNOWN, NOT_FOUND))
async def issue_pack(caller: AreaWriter, body: c.PackForm) -> Response:
    """Write a signed file with the people of a village; an area account for its own."""
    return await caller.start_job(c.IssueVillagePack(**body.model_dump()), location="/api/v1/hq/jobs/{id}")


@router.get("", response_model=Page[c.VillagePackView])
async def list_packs(caller: Area, query: Annotated[c.ListVillagePacks, Query()]) -> Response:
    """List the packs that were given out, newest first, with what came back."""
    return await caller.answer(query)


@router.post("/returns", status_code=202, response_model=JobState, responses=problems(TOO_LARGE))
async def return_pack(caller: AreaWriter, file: Annotated[UploadFile, File(description="the filled file")]) -> Response:
    """Merge a returned file: no doubles, nothing lost silently, conflicts listed; sent again it changes nothing."""
    blob = await caller.store_upload(file, max_mb=MAX_MB)
    return await caller.start_job(c.ReturnVillagePack(file=blob), location="/api/v1/hq/jobs/{id}")


@router.get("/{pack_id}", response_model=c.VillagePackView, responses=problems(NOT_FOUND))
async def get_pack(caller: Area, pack_id: UUID) -> Response:
    """Read one pack."""
    return await caller.answer(c.GetVillagePack(pack_id=pack_id))


@router.get(
    "/{pack_id}/pack.xlsx", response_class=Response, responses={**FILE, **problems(NOT_FOUND, c.PACK_NOT_ISSUED)}
)
async def download_pack(caller: AreaWriter, pack_id: UUID) -> Response:
    """Download the file to take along."""
    return send_file(caller, (await caller.ask(c.GetVillagePackFile(pack_id=pack_id))).file)


@router.get("/{pack_id}/findings", response_model=Page[c.PackFindingView], responses=problems(NOT_FOUND))
async def list_findings(caller: AreaWriter, pack_id: UUID, query: Annotated[FindingQuery, Query()]) -> Response:
    """List conflicts, emptied cells, refused rows and rows that did not come back."""
    return await caller.answer(c.ListPackFindings(pack_id=pack_id, **query.model_dump()))


@router.post(
    "/{pack_id}/findings/{number}/decision",
    response_model=c.PackFindingView,
    responses=problems(NOT_FOUND, c.PACK_CONFLICT_SETTLED, c.VALUE_UNKNOWN),
)
async def settle_conflict(caller: AreaWriter, pack_id: UUID, number: int, body: c.ConflictDecision) -> Response:
    """Decide a conflict: take what came back, or keep the record."""
    message = c.SettlePackConflict(pack_id=pack_id, number=number, **body.model_dump())
    return await caller.answer(message)
