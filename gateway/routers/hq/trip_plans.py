"""包车方案: HQ has coaches planned for a period, reads the proposal and adopts it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND, STALE

router = APIRouter(prefix="/hq/trip-plans", tags=["hq"])


@router.post("", status_code=202, response_model=JobState)
async def plan_trips(caller: HqWriter, body: c.PlanTrips) -> Response:
    """Plan coaches for the seatless orders of a period."""
    return await caller.start_job(body, location="/api/v1/hq/trip-plans/{id}")


@router.get("", response_model=Page[c.TripPlanRow])
async def list_trip_plans(caller: HqReader, query: Annotated[c.ListTripPlans, Query()]) -> Response:
    """List the plans, the newest first."""
    return await caller.answer(query)


@router.get("/{plan_id}", response_model=c.TripPlanView, responses=problems(NOT_FOUND))
async def get_trip_plan(caller: HqReader, plan_id: str) -> Response:
    """Read how far the planning is and, when it is done, the proposed trips and their cost beside the fares."""
    return await caller.answer(c.GetTripPlan(plan_id=plan_id))


@router.post(
    "/{plan_id}/changes",
    response_model=c.TripPlanView,
    responses=problems(
        NOT_FOUND,
        STALE,
        c.PLAN_NOT_READY,
        c.PLAN_ADOPTED,
        c.PLAN_COACH_UNKNOWN,
        c.PLAN_COACH_FULL,
        c.PLAN_OFF_THE_LINE,
        c.PLAN_DAY_IMPOSSIBLE,
        c.PLAN_RIDE_TOO_LONG,
        c.PLAN_STOP_CLOSED,
    ),
)
async def change_trip_plan(caller: HqWriter, plan_id: str, body: c.TripPlanChange) -> Response:
    """Move people between coaches, onto a new one or to their own fare; the rules are checked again."""
    message = c.ChangeTripPlan(plan_id=plan_id, expected_version=caller.if_match(), **body.model_dump())
    return await caller.answer(message)


@router.post(
    "/{plan_id}/undo",
    response_model=c.TripPlanView,
    responses=problems(NOT_FOUND, STALE, c.PLAN_NOT_READY, c.PLAN_ADOPTED, c.PLAN_UNCHANGED),
)
async def undo_plan_change(caller: HqWriter, plan_id: str) -> Response:
    """Take the last change of a proposal back; again, the one before it."""
    return await caller.answer(c.UndoPlanChange(plan_id=plan_id, expected_version=caller.if_match()))


@router.post(
    "/{plan_id}/reset",
    response_model=c.TripPlanView,
    responses=problems(NOT_FOUND, STALE, c.PLAN_NOT_READY, c.PLAN_ADOPTED, c.PLAN_UNCHANGED),
)
async def reset_trip_plan(caller: HqWriter, plan_id: str) -> Response:
    """Take every change back: the proposal as it was computed."""
    return await caller.answer(c.ResetTripPlan(plan_id=plan_id, expected_version=caller.if_match()))


@router.post(
    "/{plan_id}/adoption",
    status_code=201,
    response_model=c.AdoptedPlan,
    responses=problems(NOT_FOUND, STALE, c.PLAN_NOT_READY, c.PLAN_ADOPTED),
)
async def adopt_trip_plan(caller: HqWriter, plan_id: str) -> Response:
    """Turn a proposal into trips with confirmed seats; orders changed meanwhile are left out and named."""
    message = c.AdoptTripPlan(plan_id=plan_id, expected_version=caller.if_match())
    return await caller.create(message, location="/api/v1/hq/trip-plans/{id}")
