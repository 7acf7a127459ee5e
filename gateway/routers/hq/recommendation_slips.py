"""岗位推荐单: print in batches, download the papers, look up what was printed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import send_file
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq/recommendation-slips", tags=["hq"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "岗位推荐单"}}


def _row(batch_id: Annotated[str, Path(description="as the start answered it, or its job's id")]) -> UUID:
    """A batch's id, also where it is written as its job's (`postings.…`)."""
    try:
        return UUID(batch_id.removeprefix("postings."))
    except ValueError as error:
        raise NOT_FOUND(what="slip batch") from error


BatchId = Annotated[UUID, Depends(_row)]


@router.post("", status_code=202, response_model=c.SlipBatchView, responses=problems(NOT_FOUND))
async def print_slips(caller: AreaWriter, body: c.PrintSlips) -> Response:
    """Print numbered slips for named workers, a division or an outreach event; each with two postings at least."""
    return await caller.start_job(body, location="/api/v1/hq/recommendation-slips/{id}")


@router.get("", response_model=Page[c.SlipBatchView])
async def list_slip_batches(caller: Area, page: Annotated[PageRequest, Query()]) -> Response:
    """List the print jobs, newest first."""
    return await caller.answer(c.ListSlipBatches(cursor=page.cursor, limit=page.limit))


@router.get("/slips", response_model=Page[c.SlipView])
async def list_slips(caller: Area, query: Annotated[c.ListSlips, Query()]) -> Response:
    """List slips with their reprint log, newest first."""
    return await caller.answer(query)


@router.get("/{batch_id}", response_model=c.SlipBatchView, responses=problems(NOT_FOUND))
async def get_slip_batch(caller: Area, batch_id: BatchId) -> Response:
    """Read a print job: how many slips, who was left out and why, and its papers."""
    return await caller.answer(c.GetSlipBatch(batch_id=batch_id))


@router.get(
    "/{batch_id}/paper.pdf",
    response_class=Response,
    responses={**PDF, **problems(NOT_FOUND, c.SLIP_NOTHING_PRINTED)},
)
async def download_slips(
    caller: Area, batch_id: BatchId, part: Annotated[int, Query(ge=1, description="which paper of a large batch")] = 1
) -> Response:
    """Download a batch's slips as a PDF, one A5 page each."""
    return send_file(caller, await caller.ask(c.GetSlipPaper(batch_id=batch_id, part=part)))
