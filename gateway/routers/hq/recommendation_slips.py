"""岗位推荐单: print in batches, download the papers, look up what was printed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import send_file
from gateway.people import with_people
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.registry import PeoplePurpose

router = APIRouter(prefix="/hq/recommendation-slips", tags=["hq"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "岗位推荐单"}}


def _row(batch_id: Annotated[str, Path(description="as the start answered it, or its job's id")]) -> UUID:
    """A batch's id, also where it is written as its job's (`postings.…`)."""
    try:
        return UUID(batch_id.removeprefix("postings."))
    except ValueError as error:
        raise NOT_FOUND(what="slip batch") from error


BatchId = Annotated[UUID, Depends(_row)]
SlipNo = Annotated[str, Path(max_length=20, examples=["TJ-2026-000001"])]


@router.post("", status_code=202, response_model=c.SlipBatchView, responses=problems(NOT_FOUND, c.SLIP_NEEDS_PERSON))
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


@router.get("/slips/{slip_no}", response_model=c.SlipSheet, responses=problems(NOT_FOUND))
async def get_slip(caller: Area, slip_no: SlipNo) -> Response:
    """Read a slip by the number on it: its postings under their numbers, and when it was printed."""
    return await caller.answer(c.GetSlip(slip_no=slip_no))


@router.post("/slips/{slip_no}/answers", response_model=c.SlipAnswersTaken, responses=problems(NOT_FOUND))
async def answer_slip(caller: AreaWriter, slip_no: SlipNo, body: c.SlipAnswers) -> Response:
    """Enter a slip that came back with ticks; each answer stands for itself."""
    return await caller.answer(c.AnswerSlip(slip_no=slip_no, answers=body.answers))


@router.get("/{batch_id}/preview", response_model=Page[c.PreviewedSlip], responses=problems(NOT_FOUND))
async def preview_slips(caller: Area, batch_id: BatchId, page: Annotated[PageRequest, Query()]) -> Response:
    """See who would get a slip with which postings, each with `person`, before it is confirmed."""
    reply = await caller.ask_raw(c.PreviewSlips(batch_id=batch_id, cursor=page.cursor, limit=page.limit))
    reply["items"] = await with_people(caller, reply["items"], PeoplePurpose.recommendation_slip)
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.post(
    "/{batch_id}/confirmation",
    status_code=202,
    response_model=c.SlipBatchView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.SLIP_NEEDS_PERSON, c.RECOMMENDATION_NO_LONGER_OPEN),
)
async def confirm_slips(caller: AreaWriter, batch_id: BatchId, body: c.SlipConfirmation) -> Response:
    """Confirm a batch after a look, without the people and offers struck out; then it is printed."""
    message = c.ConfirmSlips(batch_id=batch_id, **body.model_dump())
    return await caller.start_job(message, location="/api/v1/hq/recommendation-slips/{id}")


@router.post(
    "/{batch_id}/cancellation", response_model=c.SlipBatchView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION)
)
async def cancel_slips(caller: AreaWriter, batch_id: BatchId) -> Response:
    """Give up a batch that waits for confirmation."""
    return await caller.answer(c.CancelSlips(batch_id=batch_id))


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
