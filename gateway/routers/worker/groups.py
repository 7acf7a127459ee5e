"""The groups around a worker's home: to join and to leave."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import WorkerSelf
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/worker/groups", tags=["worker"])


@router.get("", response_model=Page[c.OwnGroupView])
async def list_groups(caller: WorkerSelf, query: Annotated[c.ListOwnGroups, Query()]) -> Response:
    """List the groups of my village, township and county, and those I am in."""
    return await caller.answer(query)


@router.post("/{group_id}/membership", response_model=c.OwnGroupView, responses=problems(NOT_FOUND))
async def join_group(caller: WorkerSelf, group_id: UUID) -> Response:
    """Join a group; this is my consent."""
    return await caller.answer(c.JoinWorkerGroup(group_id=group_id))


@router.delete("/{group_id}/membership", response_model=c.OwnGroupView, responses=problems(NOT_FOUND))
async def leave_group(caller: WorkerSelf, group_id: UUID) -> Response:
    """Leave a group."""
    return await caller.answer(c.LeaveWorkerGroup(group_id=group_id))
