"""县内灵活就业: townships and villages keep who works by the day, which days, and for how much."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Path, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE, TOO_LARGE
from shared.contracts.kit import JOB_NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])
MAX_MB = 20
Month = Annotated[str, Path(pattern=c.MONTH, examples=["2026-03"])]


@router.post(
    "/flexible-placements",
    status_code=201,
    response_model=c.FlexiblePlacementView,
    responses=problems(NOT_FOUND, c.ORDER_WORKER_NOT_ACTIVE, c.FLEXIBLE_WORKER_HAS_ONE, c.ORDER_DEPARTURE_IMPOSSIBLE),
)
async def start_flexible_placement(caller: AreaWriter, body: c.StartFlexiblePlacement) -> Response:
    """Record that somebody works by the day near home."""
    return await caller.create(body, location="/api/v1/hq/flexible-placements/{id}")


@router.get("/flexible-placements", response_model=Page[c.FlexiblePlacementView])
async def list_flexible_placements(caller: Area, query: Annotated[c.ListFlexiblePlacements, Query()]) -> Response:
    """List spells of day work, the latest start first; an area account sees those of its people."""
    return await caller.answer(query)


@router.get(
    "/flexible-placements/{placement_id}", response_model=c.FlexiblePlacementView, responses=problems(NOT_FOUND)
)
async def get_flexible_placement(caller: Area, placement_id: UUID) -> Response:
    """Read one spell with its days and pay so far."""
    return await caller.answer(c.GetFlexiblePlacement(placement_id=placement_id))


@router.post(
    "/flexible-placements/{placement_id}/end",
    response_model=c.FlexiblePlacementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.FLEXIBLE_END_IMPOSSIBLE, STALE),
)
async def end_flexible_placement(caller: AreaWriter, placement_id: UUID, body: c.FlexibleEndForm) -> Response:
    """Record the end of a spell; its months are closed with it."""
    return await caller.answer(
        c.EndFlexiblePlacement(placement_id=placement_id, expected_version=caller.if_match(), **body.model_dump())
    )


@router.post(
    "/work-days",
    response_model=c.RecordedDays,
    responses=problems(NOT_FOUND, c.FLEXIBLE_DAY_OUTSIDE, c.FLEXIBLE_MONTH_CLOSED),
)
async def record_work_days(caller: AreaWriter, body: c.RecordWorkDays) -> Response:
    """Record one day's roster of up to 500 people; again, it replaces what was recorded of them."""
    return await caller.answer(body)


@router.get("/work-days", response_model=Page[c.WorkDayView])
async def list_work_days(caller: Area, query: Annotated[c.ListWorkDays, Query()]) -> Response:
    """List recorded days, the latest first."""
    return await caller.answer(query)


@router.get("/work-months/{month}", response_model=Page[c.FlexibleMonthRow])
async def list_flexible_month(
    caller: Area,
    month: str,
    division: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Read a month's days and pay, person by person."""
    return await caller.answer(c.ListFlexibleMonth(month=month, division=division, cursor=cursor, limit=limit))


@router.post("/work-months/{month}/imports", status_code=202, response_model=JobState, responses=problems(TOO_LARGE))
async def import_flexible_month(
    caller: AreaWriter,
    month: Month,
    file: Annotated[UploadFile, File(description="xlsx or csv: 姓名, 身份证号码, 用工地点, 日报酬(元), days 1 to 31")],
    dry_run: Annotated[bool, Query(description="check only: nothing is taken in")] = False,
) -> Response:
    """Check a month's day-work roster row by row and, unless it is a dry run, take the good rows in."""
    blob = await caller.store_upload(file, max_mb=MAX_MB)
    message = c.ImportFlexibleMonth(file=blob, month=month, dry_run=dry_run)
    return await caller.start_job(message, location="/api/v1/hq/work-months/imports/{id}")


@router.get("/work-months/imports/{import_id}", response_model=c.FlexibleImportView, responses=problems(JOB_NOT_FOUND))
async def get_flexible_import(caller: Area, import_id: str) -> Response:
    """Read how far an import is, what it took in, and what is wrong with which row."""
    return await caller.answer(c.GetFlexibleImport(import_id=import_id))


@router.post(
    "/work-months/imports/{import_id}/acceptance",
    status_code=202,
    response_model=JobState,
    responses=problems(JOB_NOT_FOUND, c.FLEXIBLE_NOT_A_PREVIEW),
)
async def accept_flexible_import(caller: AreaWriter, import_id: str) -> Response:
    """Take the good rows of a preview in, without sending the file again."""
    message = c.AcceptFlexibleImport(import_id=import_id)
    return await caller.start_job(message, location="/api/v1/hq/work-months/imports/{id}")


@router.post("/work-months/exports", status_code=202, response_model=JobState)
async def export_flexible_month(caller: Area, body: c.ExportFlexibleMonth) -> Response:
    """Make the month's roster 日工花名册 as a spreadsheet with names."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")
