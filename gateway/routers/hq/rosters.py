"""六个清单: the six rosters on any day, their sizes, and their spreadsheets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import print_paper
from shared.contracts import registry as c
from shared.contracts.base import JobState, PageRequest

router = APIRouter(prefix="/hq/rosters", tags=["hq"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "清单"},
    202: {"model": JobState, "description": "a large roster is followed as a job"},
}
DIVISION = r"^\d{4,12}$"


class RosterQuery(PageRequest):
    as_of: date | None = Field(default=None, description="the day; today, unless given", examples=["2026-01-31"])
    known_at: datetime | None = Field(default=None, description="by what was recorded until then; now, unless given")
    division: str | None = Field(default=None, pattern=DIVISION)


class ExportQuery(BaseModel):
    as_of: date | None = Field(default=None, description="the day; today, unless given", examples=["2026-01-31"])
    division: str | None = Field(default=None, pattern=DIVISION)
    purpose: str | None = Field(
        default=None, max_length=200, description="why whole identity numbers are needed; without one they are masked"
    )


class DifferenceQuery(PageRequest):
    from_on: date = Field(examples=["2026-01-31"])
    to_on: date | None = Field(default=None, description="today, unless given", examples=["2026-02-28"])
    division: str | None = Field(default=None, pattern=DIVISION)
    move: c.RosterMove | None = Field(default=None, description="only those who entered, or left")


class CountQuery(BaseModel):
    as_of: date | None = None
    division: str | None = Field(default=None, pattern=DIVISION)


@router.get("", response_model=c.RosterSizes, responses=problems(c.ROSTER_DATE_IN_FUTURE))
async def count_rosters(caller: Area, query: Annotated[CountQuery, Query()]) -> Response:
    """Count the people on each of the six rosters on one day."""
    return await caller.answer(c.CountRosters(**query.model_dump()))


@router.get("/{kind}.xlsx", response_class=Response, responses={**FILE, **problems(c.ROSTER_DATE_IN_FUTURE)})
async def export_roster(caller: AreaWriter, kind: c.RosterKind, query: Annotated[ExportQuery, Query()]) -> Response:
    """Download a roster as a spreadsheet in the offices' layout; an area account that of its own area, masked."""
    return await print_paper(caller, c.ExportRoster(kind=kind, **query.model_dump()), jobs="/api/v1/hq/jobs")


@router.get(
    "/{kind}/difference",
    response_model=c.RosterDifference,
    responses=problems(c.ROSTER_DATE_IN_FUTURE, c.PERIOD_INVALID),
)
async def compare_roster(caller: Area, kind: c.RosterKind, query: Annotated[DifferenceQuery, Query()]) -> Response:
    """Compare a roster on two days: who entered, who left, since when and why."""
    return await caller.answer(c.CompareRoster(kind=kind, **query.model_dump()))


@router.get("/{kind}", response_model=c.RosterPage, responses=problems(c.ROSTER_DATE_IN_FUTURE))
async def get_roster(caller: Area, kind: c.RosterKind, query: Annotated[RosterQuery, Query()]) -> Response:
    """Read one of the six rosters as it is on a day: why each person is on it, and since when."""
    return await caller.answer(c.GetRoster(kind=kind, **query.model_dump()))
