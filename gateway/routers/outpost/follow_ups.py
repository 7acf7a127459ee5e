"""跟踪服务: who is to be asked after, and what was heard."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/outposts/{code}/follow-ups", tags=["outposts"])


@router.get("", response_model=Page[c.FollowUpView])
async def list_follow_ups(caller: OutpostStaff, query: Annotated[c.ListFollowUps, Query()]) -> Response:
    """List follow-ups, the soonest due first; `state=due` for today's work."""
    return await caller.answer(query)


@router.get("/{follow_up_id}", response_model=c.FollowUpView, responses=problems(NOT_FOUND))
async def get_follow_up(caller: OutpostStaff, follow_up_id: UUID) -> Response:
    """Read one follow-up with every attempt to reach the worker."""
    return await caller.answer(c.GetFollowUp(follow_up_id=follow_up_id))


@router.post(
    "/{follow_up_id}/contacts",
    status_code=201,
    response_model=c.FollowUpView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def record_contact(caller: OutpostStaff, follow_up_id: UUID, body: c.Contact) -> Response:
    """Record an attempt to reach the worker; not reached is asked again three days later, at most three times."""
    message = c.RecordContact(follow_up_id=follow_up_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/outposts/{caller.outpost}/follow-ups/{{id}}")
