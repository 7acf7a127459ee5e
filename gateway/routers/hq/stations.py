"""易搬社区就业服务站 and their 五有."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import send_file
from gateway.errors import UNSUPPORTED_MEDIA
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, INVALID, NOT_FOUND, RESOURCE_CONFLICT, STALE, TOO_LARGE

PROOFS = ("application/pdf", "image/jpeg", "image/png")
MAX_MB = 20
Proof = Annotated[UploadFile, File(description="pdf, jpg or png, at most 20 MB")]

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


@router.post(
    "/{station_id}/inspections/{inspection_id}/files",
    status_code=201,
    response_model=c.StationFileView,
    responses=problems(NOT_FOUND, c.STATION_FILES_FULL, UNSUPPORTED_MEDIA, TOO_LARGE),
)
async def attach_file(caller: AreaWriter, station_id: UUID, inspection_id: UUID, file: Proof) -> Response:
    """Attach a photo or a scan to what an inspection found; it is stored encrypted."""
    if (file.content_type or "").lower() not in PROOFS:
        raise UNSUPPORTED_MEDIA(accepted=", ".join(PROOFS))
    await caller.ask(c.GetStation(station_id=station_id))
    stored = await caller.store_upload(file, max_mb=MAX_MB)
    message = c.AttachInspectionFile(station_id=station_id, inspection_id=inspection_id, file=stored)
    return await caller.create(message, location=f"/api/v1/hq/community-stations/{station_id}/files/{{id}}")


@router.get(
    "/{station_id}/files/{file_id}",
    response_class=Response,
    responses={200: {"content": {one: {} for one in PROOFS}, "description": "证明材料"}, **problems(NOT_FOUND)},
)
async def download_file(caller: Area, station_id: UUID, file_id: UUID) -> Response:
    """Download what proves an inspection."""
    found = await caller.ask(c.GetInspectionFile(station_id=station_id, file_id=file_id))
    return send_file(caller, found.file)
