"""The in-app inbox of the outpost's staff."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/outposts/{code}/messages", tags=["outposts"])


@router.get("", response_model=Page[c.InboxItemView])
async def list_inbox(caller: OutpostStaff, query: Annotated[c.ListInbox, Query()]) -> Response:
    """List the messages, the newest first, in the reader's language."""
    return await caller.answer(query)


@router.post("/{message_id}/reading", response_model=c.InboxItemView, responses=problems(NOT_FOUND))
async def mark_read(caller: OutpostStaff, message_id: UUID) -> Response:
    """Mark a message as read."""
    return await caller.answer(c.MarkInboxRead(message_id=message_id))
