"""帮扶计划: goals with their steps, what is overdue, and who has no plan yet."""

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


@router.get("/help-plans/unplanned-workers", response_model=Page[c.UnplannedWorker])
async def list_unplanned_workers(caller: Area, query: Annotated[c.ListUnplannedWorkers, Query()]) -> Response:
    """List who is in hardship and without work, and has no plan under way."""
    return await caller.answer(query)


@router.get("/help-plans/{help_plan_id}", response_model=c.HelpPlanView, responses=problems(NOT_FOUND))
async def get_help_plan(caller: Area, help_plan_id: UUID) -> Response:
    """Read one help plan with its actions."""
    return await caller.answer(c.GetHelpPlan(help_plan_id=help_plan_id))


@router.post(
    "/help-plans/{help_plan_id}/actions",
    status_code=201,
    response_model=c.HelpPlanView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.PERIOD_INVALID),
)
async def add_help_action(caller: AreaWriter, help_plan_id: UUID, body: c.HelpActionForm) -> Response:
    """Add a step to a plan under way: training, a recommendation, a dispatch, a subsidy, a visit."""
    message = c.AddHelpAction(help_plan_id=help_plan_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/help-plans/{id}")


@router.post(
    "/help-plans/{help_plan_id}/actions/{action_id}/settlement",
    response_model=c.HelpPlanView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def settle_help_action(
    caller: AreaWriter, help_plan_id: UUID, action_id: UUID, body: c.HelpActionSettlement
) -> Response:
    """Say how a step ended: done with its result, or dropped with the reason."""
    message = c.SettleHelpAction(help_plan_id=help_plan_id, action_id=action_id, **body.model_dump())
    return await caller.answer(message)


@router.post(
    "/help-plans/{help_plan_id}/review",
    response_model=c.HelpPlanView,
    responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.PERIOD_INVALID),
)
async def review_help_plan(caller: AreaWriter, help_plan_id: UUID, body: c.HelpPlanReview) -> Response:
    """Review a help plan: close it with its outcome, or let it go on until a new day."""
    message = c.ReviewHelpPlan(help_plan_id=help_plan_id, expected_version=caller.if_match(), **body.model_dump())
    return await caller.answer(message)
