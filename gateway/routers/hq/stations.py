"""易搬社区就业服务站 and their 五有."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, INVALID, NOT_FOUND, RESOURCE_CONFLICT, STALE

router = APIRouter(prefix="/hq/community-stations", tags=["hq"])


@router.post("", status_code=201, response_model=c.StationView, responses=problems(RESOURCE_CONFLICT, FORBIDDEN))
async def open_station(caller: AreaWriter, body: c.OpenStation) -> Response:
    """Add a community station; a township's account within its own area."""
    return await caller.create(body, location="/api/v1/hq/community-stations/{id}")


@router.get("", response_model=Page[c.StationView])
async def list_stations(caller: Area, query: Annotated[c.ListStations, Query()]) -> Response:
    """List the stations, each with its five items as they stand today."""
    return await caller.answer(query)


@router.get("/lapsing-items", response_model=c.LapsingItems)
async def list_lapsing_items(caller: Area, query: Annotated[c.ListLapsingItems, Query()]) -> Response:
    """List the items that are not met, or will lapse within so many days."""
    return await caller.answer(query)


@router.get("/{station_id}", response_model=c.StationView, responses=problems(NOT_FOUND))
async def get_station(caller: Area, station_id: UUID) -> Response:
    """Read one station."""
    return await caller.answer(c.GetStation(station_id=station_id))


@router.patch("/{station_id}", response_model=c.StationView, responses=problems(NOT_FOUND, STALE))
async def change_station(caller: AreaWriter, station_id: UUID, body: c.StationChange) -> Response:
    """Change a station's name, place, hours or staff, or close it."""
    given = body.model_dump(exclude_unset=True)
    return await caller.answer(c.ChangeStation(station_id=station_id, expected_version=caller.if_match(), **given))


@router.post(
    "/{station_id}/inspections", status_code=201, response_model=c.StationView, responses=problems(NOT_FOUND, INVALID)
)
async def inspect_station(caller: AreaWriter, station_id: UUID, body: c.InspectionForm) -> Response:
    """Record what was found of one of the five, with its evidence and until when it holds."""
    message = c.InspectStation(station_id=station_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/community-stations/{id}")


@router.get("/{station_id}/inspections", response_model=Page[c.StationInspectionView], responses=problems(NOT_FOUND))
async def list_inspections(
    caller: Area,
    station_id: UUID,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """List a station's inspections, the newest first."""
    return await caller.answer(c.ListStationInspections(station_id=station_id, cursor=cursor, limit=limit))
