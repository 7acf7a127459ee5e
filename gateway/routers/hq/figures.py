"""The county's figures, each down to its rows; and an outpost's own, and the hub's roll-up."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqReader, OutpostStaff
from shared.contracts import ledger as c
from shared.contracts.base import Page
from shared.contracts.scopes import OutpostCode

router = APIRouter(prefix="/hq", tags=["hq"])
outpost_router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])

From = Annotated[date, Query(alias="from", description="first day, included", examples=["2026-01-01"])]
To = Annotated[date, Query(alias="to", description="last day, included", examples=["2026-12-31"])]


@router.get("/figures", response_model=c.FiguresView, responses=problems(c.FIGURES_PERIOD))
async def get_figures(
    caller: Area, date_from: From, date_to: To, outpost: OutpostCode | None = None, division: str | None = None
) -> Response:
    """Read the figures of a period by outpost, township and month."""
    return await caller.answer(c.GetFigures(date_from=date_from, date_to=date_to, outpost=outpost, division=division))


@router.get("/figures/{measure}/rows", response_model=Page[c.FigureRow], responses=problems(c.FIGURES_PERIOD))
async def list_figure_rows(
    caller: Area,
    measure: str,
    date_from: From,
    date_to: To,
    outpost: OutpostCode | None = None,
    division: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List the events that one figure counts, the newest first."""
    return await caller.answer(
        c.ListFigureRows(
            measure=measure,
            date_from=date_from,
            date_to=date_to,
            outpost=outpost,
            division=division,
            cursor=cursor,
            limit=limit,
        )
    )


@router.get("/figures-by-outpost", response_model=c.RollUpView, responses=problems(c.FIGURES_PERIOD))
async def get_roll_up(caller: HqReader, date_from: From, date_to: To) -> Response:
    """Read the outposts' roll-up as the hub sees it, small counts suppressed."""
    return await caller.answer(c.GetRollUp(date_from=date_from, date_to=date_to))


@outpost_router.get("/figures", response_model=c.FiguresView, responses=problems(c.FIGURES_PERIOD))
async def get_own_figures(caller: OutpostStaff, date_from: From, date_to: To) -> Response:
    """Read the own outpost's figures."""
    return await caller.answer(c.GetFigures(date_from=date_from, date_to=date_to, outpost=caller.outpost))


@outpost_router.get("/figures/{measure}/rows", response_model=Page[c.FigureRow], responses=problems(c.FIGURES_PERIOD))
async def list_own_figure_rows(
    caller: OutpostStaff,
    measure: str,
    date_from: From,
    date_to: To,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List the events that one of the own figures counts, the newest first."""
    return await caller.answer(
        c.ListFigureRows(
            measure=measure,
            date_from=date_from,
            date_to=date_to,
            outpost=caller.outpost,
            cursor=cursor,
            limit=limit,
        )
    )


@outpost_router.get(
    "/figures-by-outpost", response_model=c.RollUpView, responses=problems(c.FIGURES_PERIOD, c.FIGURES_HUB_ONLY)
)
async def get_hub_roll_up(caller: OutpostStaff, date_from: From, date_to: To) -> Response:
    """Read the roll-up of all outposts: for the hub alone, small counts suppressed."""
    return await caller.answer(c.GetRollUp(date_from=date_from, date_to=date_to))
