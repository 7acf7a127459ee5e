"""What else a worker's page answers: an employer's offer from a fair, and the groups around the own home."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway.web.worker_link import WorkerVisit, enter_by_link
from shared.contracts import notify, postings, registry
from shared.contracts.base import Message
from shared.contracts.errors import INVALID, Problem, ProblemKind

router = APIRouter()


async def _by_link(request: Request, token: str) -> WorkerVisit:
    return await enter_by_link(request, token)


Worker = Annotated[WorkerVisit, Depends(_by_link)]


@router.post("/w/{token}/interviews")
async def answer_offer(visit: Worker) -> Response:
    """Take an employer's offer, or not; then the same page again."""
    form = await visit.form()
    try:
        message = postings.AnswerFairOffer(
            interview_id=UUID(str(form.get("interview_id", ""))),
            answer=postings.FairOfferAnswer(str(form.get("answer", ""))),
        )
    except (ValueError, ValidationError) as error:
        raise INVALID() from error
    told = {
        postings.FairOfferAnswer.accepted: visit.say("已收到：你愿意去。工作人员会联系你安排出发。"),
        postings.FairOfferAnswer.declined: visit.say("已收到：你不去这个岗位。"),
    }[message.answer]
    return await _done(visit, message, told)


@router.post("/w/{token}/groups")
async def join_or_leave(visit: Worker) -> Response:
    """Join a group, which is the worker's own consent, or leave it."""
    form = await visit.form()
    try:
        group_id = UUID(str(form.get("group_id", "")))
    except ValueError as error:
        raise INVALID() from error
    said = str(form.get("answer", ""))
    if said == "join":
        return await _done(visit, notify.JoinWorkerGroup(group_id=group_id), visit.say("已登记入群，群主会拉你进群。"))
    if said == "leave":
        return await _done(visit, notify.LeaveWorkerGroup(group_id=group_id), visit.say("已登记退群。"))
    raise INVALID()


@router.post("/w/{token}/consent")
async def agree_to_be_sent(visit: Worker) -> Response:
    """The worker's own yes to being dispatched, without which no order is issued; or its withdrawal."""
    form = await visit.form()
    purpose = registry.ConsentPurpose.dispatch
    if str(form.get("answer", "")) == "yes":
        given = registry.GiveConsent(worker_id=visit.worker_id, purpose=purpose, evidence="本人在自己的页面上同意")
        return await _done(visit, given, visit.say("已收到你的同意，工作人员会为你开派遣单。"))
    withdrawn = registry.WithdrawConsent(worker_id=visit.worker_id, purpose=purpose)
    return await _done(visit, withdrawn, visit.say("已撤回同意。还没出发的派遣单会取消。"))


async def _done(visit: WorkerVisit, message: Message[Any], told: str) -> Response:
    back = f"/w/{visit.link}"
    try:
        await visit.ask(message)
    except Problem as problem:
        if problem.kind not in (ProblemKind.conflict, ProblemKind.not_found):
            raise
        return visit.kept(visit.go(back, said=visit.sentence(problem), tone="bad"))
    return visit.kept(visit.go(back, said=told))
