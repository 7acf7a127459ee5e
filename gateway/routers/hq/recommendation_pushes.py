"""一对一精准推送 by text message, and the answers that a person must read."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter, HqReader, HqWriter
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post("/recommendation-pushes", response_model=c.PushReport, responses=problems(c.CHANNEL_NOT_READY))
async def push_recommendations(caller: AreaWriter, body: c.PushRecommendations) -> Response:
    """Send people their live offers by text message now: one a day, to those who agreed to messages."""
    return await caller.answer(body)


@router.get("/workers/{worker_id}/sms-standing", response_model=c.SmsStanding, responses=problems(NOT_FOUND))
async def get_sms_standing(caller: Area, worker_id: UUID) -> Response:
    """Read whether a person's phone takes text messages with offers."""
    return await caller.answer(c.GetSmsStanding(worker_id=worker_id))


@router.post("/workers/{worker_id}/sms-resumption", response_model=c.SmsStanding, responses=problems(NOT_FOUND))
async def resume_sms(caller: AreaWriter, worker_id: UUID, body: c.SmsResumption) -> Response:
    """Take a 退订 back on the worker's word."""
    return await caller.answer(c.ResumeSms(worker_id=worker_id, reason=body.reason))


@router.get("/sms-replies", response_model=Page[c.SmsReplyView])
async def list_replies(caller: HqReader, query: Annotated[c.ListSmsReplies, Query()]) -> Response:
    """List what people answered by text message, the newest first."""
    return await caller.answer(query)


@router.post(
    "/sms-replies/{reply_id}/handling", response_model=c.SmsReplyView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION)
)
async def handle_reply(caller: HqWriter, reply_id: UUID, body: c.ReplyHandling) -> Response:
    """Say what was done about an answer that needed a person."""
    return await caller.answer(c.HandleSmsReply(id=reply_id, handling=body.handling))
