"""包车到站: an outpost sees the coaches that come to it, checks people in, and takes them over."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from gateway.downloads import print_paper
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TENANT_NOT_FOUND
from shared.kit.links import LINK_EXPIRED, LINK_INVALID

router = APIRouter(prefix="/outposts/{code}/trips", tags=["outposts"])


@router.get("", response_model=Page[c.TripRow])
async def list_trips(caller: OutpostStaff, query: Annotated[c.ListTrips, Query()]) -> Response:
    """List the trips that come to the own outpost; people are counted as far as they are the own."""
    return await caller.answer(query)


@router.get("/{trip_id}", response_model=c.TripView, responses=problems(NOT_FOUND))
async def get_trip(caller: OutpostStaff, trip_id: UUID) -> Response:
    """Read one trip with its timetable."""
    return await caller.answer(c.GetTrip(trip_id=trip_id))


@router.get("/{trip_id}/manifest", response_model=c.ManifestView, responses=problems(NOT_FOUND))
async def get_manifest(caller: OutpostStaff, trip_id: UUID) -> Response:
    """Read the own people's part of the passenger list, with real names and masked identity numbers."""
    return await caller.answer(c.GetManifest(trip_id=trip_id))


@router.get(
    "/{trip_id}/manifest.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "乘车名单"}, **problems(NOT_FOUND)},
)
async def print_manifest(caller: OutpostStaff, trip_id: UUID) -> Response:
    """Print the own people's part of the passenger list."""
    return await print_paper(caller, c.PrintManifest(trip_id=trip_id), jobs=f"/api/v1/outposts/{caller.outpost}/jobs")


@router.post(
    "/{trip_id}/boardings",
    status_code=201,
    response_model=c.BoardingView,
    responses=problems(NOT_FOUND, c.TRIP_NO_SEAT, LINK_INVALID, LINK_EXPIRED, ILLEGAL_TRANSITION),
)
async def board_worker(caller: OutpostStaff, trip_id: UUID, body: c.BoardingForm) -> Response:
    """Check one of the own people in; twice is the same boarding."""
    return await caller.create(
        c.BoardWorker(trip_id=trip_id, **body.model_dump()),
        location=f"/api/v1/outposts/{caller.outpost}/trips/{{trip_id}}/manifest",
    )


@router.get("/{trip_id}/boarding-list", response_model=c.BoardingListView, responses=problems(NOT_FOUND))
async def get_boarding_list(caller: OutpostStaff, trip_id: UUID) -> Response:
    """Read what a phone needs to check the own people in offline: seats, and the hashes of their QR codes."""
    return await caller.answer(c.GetBoardingList(trip_id=trip_id))


@router.post("/{trip_id}/boarding-lists", response_model=c.MergedBoardings, responses=problems(NOT_FOUND))
async def merge_boardings(caller: OutpostStaff, trip_id: UUID, body: c.BoardingList) -> Response:
    """Merge a boarding list that was kept without a connection; twice is the same, what can't be is named by row."""
    return await caller.answer(c.MergeBoardings(trip_id=trip_id, **body.model_dump()))


@router.post("/{trip_id}/arrival", response_model=c.TripView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def record_arrival(caller: OutpostStaff, trip_id: UUID, body: c.OwnArrivalForm | None = None) -> Response:
    """Record that the coach reached the own outpost."""
    arrived_at = body.arrived_at if body else None
    return await caller.answer(c.RecordArrival(trip_id=trip_id, outpost=caller.outpost, arrived_at=arrived_at))


@router.post(
    "/{trip_id}/handovers",
    status_code=201,
    response_model=c.HandOverView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def hand_over_workers(caller: OutpostStaff, trip_id: UUID, body: c.OwnHandOverForm | None = None) -> Response:
    """Take the own people over after the arrival: all who boarded, or those named."""
    if caller.outpost is None:
        raise TENANT_NOT_FOUND()
    form = body or c.OwnHandOverForm()
    return await caller.create(
        c.HandOverWorkers(trip_id=trip_id, outpost=caller.outpost, **form.model_dump()),
        location=f"/api/v1/outposts/{caller.outpost}/trips/{{trip_id}}/manifest",
    )
