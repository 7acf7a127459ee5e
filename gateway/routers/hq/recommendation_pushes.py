"""一对一精准推送 by text message, and the answers that a person must read."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import AreaWriter, HqReader, HqWriter
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post("/recommendation-pushes", response_model=c.PushReport, responses=problems(c.CHANNEL_NOT_READY))
async def push_recommendations(caller: AreaWriter, body: c.PushRecommendations) -> Response:
    """Send people their live offers by text message now: one a day, to those who agreed to messages."""
    return await caller.answer(body)


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
