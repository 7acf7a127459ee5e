"""/hq/recommendation-slips: slips by village or event; a person looks, strikes out and confirms before printing."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.people import with_people
from gateway.web.asking import attempt
from gateway.web.job_states import STATES, UNDER_WAY
from gateway.web.tables import Column, TableView
from gateway.web.visits import Enter, Visit
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.registry import PeoplePurpose
from shared.reference import divisions_under, townships

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/recommendation-slips"
REFUSED = (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.not_found, ProblemKind.forbidden)


@router.get(HOME)
async def batches(visit: HqStaff) -> Response:
    return await _list(visit)


@router.post(HOME)
async def prepare(visit: HqStaff) -> Response:
    """Gather a place's or an event's slips for somebody to look at; nothing is printed yet."""
    form = await visit.form()
    outreach, division = str(form.get("outreach_id", "")), str(form.get("division", ""))
    given = {"outreach_id": outreach} if outreach else {"division": division}
    try:
        message = postings.PrintSlips.model_validate({**given, "needs_confirmation": True})
        batch = await visit.ask(message)
    except ValidationError:
        return await _list(visit, visit.say("请选择一个村或乡镇。"))
    except Problem as problem:
        if problem.kind not in REFUSED:
            raise
        return await _list(visit, visit.sentence(problem))
    return visit.go(f"{HOME}/{batch.id}")


@router.get(HOME + "/{batch_id}")
async def batch(visit: HqStaff, batch_id: UUID) -> Response:
    return await _batch(visit, batch_id)


@router.post(HOME + "/{batch_id}/confirmation")
async def confirm(visit: HqStaff, batch_id: UUID) -> Response:
    form = await visit.form()
    try:
        message = postings.ConfirmSlips.model_validate(
            {
                "batch_id": batch_id,
                "without_worker_ids": form.getlist("without_worker"),
                "without_recommendation_ids": form.getlist("without_offer"),
                "reason": str(form.get("reason", "")).strip() or None,
            }
        )
        await visit.ask(message)
    except ValidationError:
        return await _batch(visit, batch_id, visit.say("划掉岗位要写明原因。"))
    except Problem as problem:
        if problem.kind not in REFUSED:
            raise
        return await _batch(visit, batch_id, visit.sentence(problem))
    return visit.go(f"{HOME}/{batch_id}", said=visit.say("已确认, 正在生成推荐单。"))


@router.post(HOME + "/{batch_id}/cancellation")
async def cancel(visit: HqStaff, batch_id: UUID) -> Response:
    await visit.form()
    try:
        await visit.ask(postings.CancelSlips(batch_id=batch_id))
    except Problem as problem:
        if problem.kind is not ProblemKind.conflict:
            raise
        return visit.go(f"{HOME}/{batch_id}", said=visit.sentence(problem), tone="bad")
    return visit.go(HOME, said=visit.say("这一批不打印了, 推荐仍然有效。"))


async def _list(visit: Visit, refused: str | None = None) -> Response:
    query = visit.request.query_params
    found = await visit.ask(postings.ListSlipBatches(cursor=query.get("cursor"), limit=20))
    events = await attempt(visit.ask(postings.ListOutreaches(limit=20)))
    open_events = [
        event
        for event in (events.value.items if events.value else [])
        if event.state in (postings.OutreachState.planned, postings.OutreachState.under_way)
    ]
    view = TableView(
        id="batches",
        caption=visit.say("推荐单批次"),
        path=HOME,
        columns=(
            Column("created_at", visit.say("时间")),
            Column("state", visit.say("状态")),
            Column("slips", visit.say("张数"), is_number=True),
            Column("reprinted", visit.say("其中重打"), is_number=True),
            Column("left_out", visit.say("没有打印的人"), is_number=True),
        ),
        cursor=query.get("cursor", ""),
        next_cursor=found.next_cursor,
    )
    return visit.render(
        "slip_batches.html",
        status=422 if refused else 200,
        view=view,
        rows=found.items,
        states=STATES,
        events=open_events,
        places=[(town, divisions_under(town.code)) for town in townships()],
        refused=refused,
    )


async def _batch(visit: Visit, batch_id: UUID, refused: str | None = None) -> Response:
    found = await visit.ask(postings.GetSlipBatch(batch_id=batch_id))
    is_waiting = found.state == "awaiting_confirmation"
    rows = await _preview(visit, batch_id) if is_waiting else []
    left_out: list[dict[str, Any]] = []
    if not is_waiting and found.left_out:
        plain = [row.model_dump(mode="json") for row in found.left_out[:200]]
        named = await attempt(with_people(visit.caller, plain, PeoplePurpose.recommendation_slip))
        left_out = named.value or [{**row, "person": None} for row in plain]
    return visit.render(
        "slip_batch.html",
        status=422 if refused else 200,
        batch=found,
        rows=rows,
        left_out=left_out,
        states=STATES,
        is_waiting=is_waiting,
        is_printing=found.state in UNDER_WAY,
        refused=refused,
    )


async def _preview(visit: Visit, batch_id: UUID) -> list[dict[str, Any]]:
    """Everybody of the batch: one decision is for all of them, so the list is not paged."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        found = await visit.ask(postings.PreviewSlips(batch_id=batch_id, cursor=cursor, limit=200))
        plain = [row.model_dump(mode="json") for row in found.items]
        named = await attempt(with_people(visit.caller, plain, PeoplePurpose.recommendation_slip))
        rows += named.value or [{**row, "person": None} for row in plain]
        cursor = found.next_cursor
        if cursor is None:
            return rows
