"""The delivery log, printed packs, and the inbox of headquarters."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.get("/messages", response_model=Page[c.MessageRow])
async def list_messages(caller: HqReader, query: Annotated[c.ListMessages, Query()]) -> Response:
    """Read the delivery log, the newest first."""
    return await caller.answer(query)


@router.post(
    "/messages/{message_id}/retry", response_model=c.MessageRow, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION)
)
async def retry_message(caller: HqWriter, message_id: UUID) -> Response:
    """Try a failed message again."""
    return await caller.answer(c.RetryMessage(message_id=message_id))


@router.post("/messages/print-packs", status_code=201, response_model=c.PrintPack)
async def take_print_pack(caller: HqWriter, body: c.TakePrintPack) -> Response:
    """Take the unread messages of a place's people for printing; each is taken once."""
    return await caller.create(body, location="/api/v1/hq/messages")


@router.get("/inbox", response_model=Page[c.InboxItemView])
async def list_inbox(caller: HqReader, query: Annotated[c.ListInbox, Query()]) -> Response:
    """List what headquarters is told, the newest first, in the reader's language."""
    return await caller.answer(query)


@router.post("/inbox/{message_id}/reading", response_model=c.InboxItemView, responses=problems(NOT_FOUND))
async def mark_read(caller: HqWriter, message_id: UUID) -> Response:
    """Mark a message of headquarters as read."""
    return await caller.answer(c.MarkInboxRead(message_id=message_id))
