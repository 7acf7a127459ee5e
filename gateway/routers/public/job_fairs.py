"""招聘会 as everyone may read them, the mini-program too."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Anyone
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/public/job-fairs", tags=["public"])


@router.get("", response_model=Page[c.PublicFair])
async def list_fairs(caller: Anyone, query: Annotated[c.ListPublicFairs, Query()]) -> Response:
    """List the fairs to come and under way, the next first."""
    return await caller.answer(query)


@router.get("/{fair_id}", response_model=c.PublicFair, responses=problems(NOT_FOUND))
async def get_fair(caller: Anyone, fair_id: UUID) -> Response:
    """Read one fair with its booths, their postings and the live stream."""
    return await caller.answer(c.GetPublicFair(fair_id=fair_id))
