"""组织包车: HQ charters coaches, gives out seats, checks people in and sees the coach arrive."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from gateway.downloads import print_paper
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.links import LINK_EXPIRED, LINK_INVALID

router = APIRouter(prefix="/hq/trips", tags=["hq"])


@router.post(
    "",
    status_code=201,
    response_model=c.TripView,
    responses=problems(c.TRIP_PLACE_UNKNOWN, c.TRIP_COACH_RULES),
)
async def create_trip(caller: HqWriter, body: c.CreateTrip) -> Response:
    """Charter one coach; its timetable follows from the places and the rules for coaches."""
    return await caller.create(body, location="/api/v1/hq/trips/{id}")


@router.get("", response_model=Page[c.TripRow])
async def list_trips(caller: HqReader, query: Annotated[c.ListTrips, Query()]) -> Response:
    """List trips, the latest departure first."""
    return await caller.answer(query)


@router.get("/{trip_id}", response_model=c.TripView, responses=problems(NOT_FOUND))
async def get_trip(caller: HqReader, trip_id: UUID) -> Response:
    """Read one trip with its timetable."""
    return await caller.answer(c.GetTrip(trip_id=trip_id))


@router.post("/{trip_id}/cancellation", response_model=c.TripView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def cancel_trip(caller: HqWriter, trip_id: UUID, body: c.TripCancellation) -> Response:
    """Call a trip off before it leaves; its people can be seated elsewhere."""
    return await caller.answer(c.CancelTrip(trip_id=trip_id, **body.model_dump()))


@router.post(
    "/{trip_id}/seats",
    status_code=201,
    response_model=c.SeatView,
    responses=problems(
        NOT_FOUND,
        c.TRIP_SEAT_TAKEN,
        c.TRIP_FULL,
        c.TRIP_SEAT_UNKNOWN,
        c.TRIP_ORDER_HAS_SEAT,
        c.TRIP_NOT_GOING_THERE,
        ILLEGAL_TRANSITION,
    ),
)
async def hold_seat(caller: HqWriter, trip_id: UUID, body: c.SeatRequest) -> Response:
    """Hold a seat for an order: the one asked for, or the lowest free one."""
    message = c.HoldSeat(trip_id=trip_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/trips/{trip_id}/seats")


@router.get("/{trip_id}/seats", response_model=Page[c.SeatView], responses=problems(NOT_FOUND))
async def list_seats(
    caller: HqReader,
    trip_id: UUID,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List who holds which seat, and after them the waiting list."""
    return await caller.answer(c.ListSeats(trip_id=trip_id, cursor=cursor, limit=limit))


@router.post(
    "/{trip_id}/seats/{hold_id}/confirmation",
    response_model=c.SeatView,
    responses=problems(NOT_FOUND, c.TRIP_HOLD_NOT_YOURS, ILLEGAL_TRANSITION),
)
async def confirm_seat(caller: HqWriter, trip_id: UUID, hold_id: UUID, body: c.SeatOwner) -> Response:
    """Make a held seat firm before it expires."""
    return await caller.answer(c.ConfirmSeat(trip_id=trip_id, hold_id=hold_id, order_id=body.order_id))


@router.post(
    "/{trip_id}/seats/{hold_id}/release",
    response_model=c.SeatView,
    responses=problems(NOT_FOUND, c.TRIP_HOLD_NOT_YOURS, ILLEGAL_TRANSITION),
)
async def release_seat(caller: HqWriter, trip_id: UUID, hold_id: UUID, body: c.SeatOwner) -> Response:
    """Give a seat back, for the order that holds it; the next in the waiting list moves up."""
    return await caller.answer(c.ReleaseSeat(trip_id=trip_id, hold_id=hold_id, order_id=body.order_id))


@router.get("/{trip_id}/manifest", response_model=c.ManifestView, responses=problems(NOT_FOUND))
async def get_manifest(caller: HqReader, trip_id: UUID) -> Response:
    """Read the passenger list with real names and masked identity numbers."""
    return await caller.answer(c.GetManifest(trip_id=trip_id))


@router.get(
    "/{trip_id}/manifest.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "乘车名单"}, **problems(NOT_FOUND)},
)
async def print_manifest(caller: HqReader, trip_id: UUID) -> Response:
    """Print the passenger list for the driver."""
    return await print_paper(caller, c.PrintManifest(trip_id=trip_id), jobs="/api/v1/hq/jobs")


@router.post(
    "/{trip_id}/boardings",
    status_code=201,
    response_model=c.BoardingView,
    responses=problems(NOT_FOUND, c.TRIP_NO_SEAT, LINK_INVALID, LINK_EXPIRED, ILLEGAL_TRANSITION),
)
async def board_worker(caller: HqWriter, trip_id: UUID, body: c.BoardingForm) -> Response:
    """Check a person in, by order or by the QR code's seat token; twice is the same boarding."""
    return await caller.create(
        c.BoardWorker(trip_id=trip_id, **body.model_dump()), location="/api/v1/hq/trips/{trip_id}/manifest"
    )


@router.get("/{trip_id}/boarding-list", response_model=c.BoardingListView, responses=problems(NOT_FOUND))
async def get_boarding_list(caller: HqReader, trip_id: UUID) -> Response:
    """Read what a phone needs to check people in offline: seats, and the hashes of their QR codes."""
    return await caller.answer(c.GetBoardingList(trip_id=trip_id))


@router.post("/{trip_id}/boarding-lists", response_model=c.MergedBoardings, responses=problems(NOT_FOUND))
async def merge_boardings(caller: HqWriter, trip_id: UUID, body: c.BoardingList) -> Response:
    """Merge a boarding list that was kept without a connection; twice is the same, what can't be is named by row."""
    return await caller.answer(c.MergeBoardings(trip_id=trip_id, **body.model_dump()))


@router.post("/{trip_id}/departure", response_model=c.TripView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def depart_trip(caller: HqWriter, trip_id: UUID, body: c.DepartureForm | None = None) -> Response:
    """Record that the coach left; who has not boarded has missed it."""
    return await caller.answer(c.DepartTrip(trip_id=trip_id, **(body.model_dump() if body else {})))


@router.post(
    "/{trip_id}/arrival",
    response_model=c.TripView,
    responses=problems(NOT_FOUND, c.TRIP_NOT_GOING_THERE, ILLEGAL_TRANSITION),
)
async def record_arrival(caller: HqWriter, trip_id: UUID, body: c.ArrivalForm | None = None) -> Response:
    """Record that the coach reached an outpost: the one named, else the next on its way."""
    return await caller.answer(c.RecordArrival(trip_id=trip_id, **(body.model_dump() if body else {})))


@router.post(
    "/{trip_id}/handovers",
    status_code=201,
    response_model=c.HandOverView,
    responses=problems(NOT_FOUND, c.TRIP_NOT_GOING_THERE, ILLEGAL_TRANSITION),
)
async def hand_over_workers(caller: HqWriter, trip_id: UUID, body: c.HandOverForm) -> Response:
    """Hand people over to an outpost or their employer after the arrival."""
    return await caller.create(
        c.HandOverWorkers(trip_id=trip_id, **body.model_dump()), location="/api/v1/hq/trips/{trip_id}/manifest"
    )
