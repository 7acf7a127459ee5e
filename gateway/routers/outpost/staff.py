"""An outpost's own accounts and keys, as its staff see them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import OutpostStaff
from shared.contracts import identity as c
from shared.contracts.base import Page, PageRequest

router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])


@router.get("", response_model=c.OutpostView)
async def get_own_outpost(caller: OutpostStaff) -> Response:
    """Read the own outpost."""
    if caller.outpost is None:
        raise AssertionError("OutpostStaff always names an outpost")
    return await caller.answer(c.GetOutpost(code=caller.outpost))


@router.get("/users", response_model=Page[c.UserView])
async def list_colleagues(caller: OutpostStaff, page: Annotated[PageRequest, Query()]) -> Response:
    """List the accounts of the own outpost."""
    return await caller.answer(c.ListUsers(outpost=caller.outpost, cursor=page.cursor, limit=page.limit))


@router.get("/api-keys", response_model=Page[c.ApiKeyView])
async def list_own_keys(caller: OutpostStaff, page: Annotated[PageRequest, Query()]) -> Response:
    """List the API keys of the own outpost; never their secrets."""
    return await caller.answer(c.ListApiKeys(outpost=caller.outpost, cursor=page.cursor, limit=page.limit))
