"""The registry's figures: rosters by township and month, skills of people in hardship, from training to work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqWriter
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page

router = APIRouter(prefix="/hq/registry-figures", tags=["hq"])


@router.get("/rosters", response_model=c.RosterFigures, responses=problems(c.PERIOD_INVALID))
async def get_roster_figures(caller: Area, query: Annotated[c.GetRosterFigures, Query()]) -> Response:
    """Read each roster's size and flow by township and month; an area account its own."""
    return await caller.answer(query)


@router.post(
    "/rosters/recount",
    status_code=202,
    response_model=JobState,
    responses=problems(c.PERIOD_INVALID, c.ROSTER_DATE_IN_FUTURE),
)
async def recount_rosters(caller: HqWriter, body: c.RecountForm) -> Response:
    """Count months anew, by what is known now."""
    return await caller.start_job(c.RecountRosters(**body.model_dump()), location="/api/v1/hq/jobs/{id}")


@router.get("/skills", response_model=c.SkillShares)
async def get_skill_shares(caller: Area, query: Annotated[c.GetSkillShares, Query()]) -> Response:
    """Read the share of people in hardship with at least one skill, by township."""
    return await caller.answer(query)


@router.get("/training", response_model=c.TrainingFunnel, responses=problems(c.PERIOD_INVALID))
async def get_training_funnel(caller: Area, query: Annotated[c.GetTrainingFunnel, Query()]) -> Response:
    """Read how many certificates led to work within so many days, as far as the registry knows."""
    return await caller.answer(query)


@router.get("/skills/rows", response_model=Page[c.FigureRow])
async def list_skill_rows(caller: Area, query: Annotated[c.ListSkillRows, Query()]) -> Response:
    """List the people behind a share of skills: who has one, who has a proved one, who has none."""
    return await caller.answer(query)


@router.get("/training/rows", response_model=Page[c.FigureRow], responses=problems(c.PERIOD_INVALID))
async def list_funnel_rows(caller: Area, query: Annotated[c.ListFunnelRows, Query()]) -> Response:
    """List the people behind a step of the funnel, of one month or of the whole period."""
    return await caller.answer(query)
