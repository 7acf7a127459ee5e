"""一带十: who brought whom, and what came of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/referrals",
    status_code=201,
    response_model=c.ReferralView,
    responses=problems(
        NOT_FOUND, c.PERIOD_INVALID, c.REFERRAL_SELF, c.REFERRAL_EXISTS, c.REFERRAL_TOO_MANY, c.REFERRAL_AT_WORK
    ),
)
async def record_referral(caller: AreaWriter, body: c.RecordReferral) -> Response:
    """Record who brought whom (一带十)."""
    return await caller.create(body, location="/api/v1/hq/referrals?referrer_id={referrer_id}")


@router.get("/referrals", response_model=Page[c.ReferralView])
async def list_referrals(caller: Area, query: Annotated[c.ListReferrals, Query()]) -> Response:
    """List referrals, newest first, of everybody or of one referrer."""
    return await caller.answer(query)


@router.get("/referrers", response_model=c.ReferrerList)
async def list_referrers(caller: Area, query: Annotated[c.ListReferrers, Query()]) -> Response:
    """List who brought most people, with how many of those are at work."""
    return await caller.answer(query)


@router.delete("/referrals/{referral_id}", status_code=204, responses=problems(NOT_FOUND))
async def withdraw_referral(caller: AreaWriter, referral_id: UUID) -> Response:
    """Take back a referral that was recorded by mistake."""
    return await caller.answer(c.WithdrawReferral(referral_id=referral_id), status=204)


@router.get("/workers/{worker_id}/referral-tree", response_model=c.ReferralTree, responses=problems(NOT_FOUND))
async def get_referral_tree(caller: Area, worker_id: UUID, levels: Annotated[int, Query(ge=1, le=10)] = 5) -> Response:
    """Read whom a worker brought, whom those brought, and who of them is at work."""
    return await caller.answer(c.GetReferralTree(worker_id=worker_id, levels=levels))
