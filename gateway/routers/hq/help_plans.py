"""帮扶计划 and 一带十."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/help-plans",
    status_code=201,
    response_model=c.HelpPlanView,
    responses=problems(NOT_FOUND, c.HELP_PLAN_EXISTS, c.PERIOD_INVALID),
)
async def open_help_plan(caller: AreaWriter, body: c.OpenHelpPlan) -> Response:
    """Open a help plan for a worker: a goal, an owner, a day."""
    return await caller.create(body, location="/api/v1/hq/help-plans?worker_id={worker_id}")


@router.get("/help-plans", response_model=Page[c.HelpPlanView])
async def list_help_plans(caller: Area, query: Annotated[c.ListHelpPlans, Query()]) -> Response:
    """List help plans, the earliest due first; `overdue=true` for those past their day."""
    return await caller.answer(query)


@router.post(
    "/help-plans/{help_plan_id}/review",
    response_model=c.HelpPlanView,
    responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.PERIOD_INVALID),
)
async def review_help_plan(caller: AreaWriter, help_plan_id: UUID, body: c.HelpPlanReview) -> Response:
    """Review a help plan: close it with its outcome, or let it go on until a new day."""
    message = c.ReviewHelpPlan(help_plan_id=help_plan_id, expected_version=caller.if_match(), **body.model_dump())
    return await caller.answer(message)


@router.post(
    "/referrals",
    status_code=201,
    response_model=c.ReferralView,
    responses=problems(NOT_FOUND, c.REFERRAL_SELF, c.REFERRAL_EXISTS),
)
async def record_referral(caller: AreaWriter, body: c.RecordReferral) -> Response:
    """Record who brought whom (一带十)."""
    return await caller.create(body, location="/api/v1/hq/referrals?referrer_id={referrer_id}")


@router.get("/referrals", response_model=Page[c.ReferralView])
async def list_referrals(caller: Area, query: Annotated[c.ListReferrals, Query()]) -> Response:
    """List referrals, newest first, of everybody or of one referrer."""
    return await caller.answer(query)
