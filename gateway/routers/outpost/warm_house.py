"""暖心屋: slots and visits of an outpost's house."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/outposts/{code}/warm-house", tags=["outposts"])


@router.get("/slots", response_model=Page[c.WarmHouseSlotView])
async def list_slots(caller: OutpostStaff, query: Annotated[c.ListWarmHouseSlots, Query()]) -> Response:
    """List what the house offers, the soonest first."""
    return await caller.answer(query)


@router.post(
    "/slots",
    status_code=201,
    response_model=c.WarmHouseSlotView,
    responses=problems(c.WARM_HOUSE_SLOT_OVERLAPS),
)
async def open_slot(caller: OutpostStaff, body: c.OpenWarmHouseSlot) -> Response:
    """Offer beds, desks, advice or a gathering for a time."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/warm-house/slots")


@router.get("/visits", response_model=Page[c.WarmHouseVisitView])
async def list_visits(caller: OutpostStaff, query: Annotated[c.ListWarmHouseVisits, Query()]) -> Response:
    """List bookings and visits, the newest first."""
    return await caller.answer(query)


@router.post(
    "/visits",
    status_code=201,
    response_model=c.WarmHouseVisitView,
    responses=problems(NOT_FOUND, c.WARM_HOUSE_SLOT_FULL, c.WARM_HOUSE_ALREADY_BOOKED),
)
async def record_visit(caller: OutpostStaff, body: c.RecordWarmHouseVisit) -> Response:
    """Book a place for a worker, or record who came just now."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/warm-house/visits")


@router.post(
    "/visits/{visit_id}/arrival",
    response_model=c.WarmHouseVisitView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def confirm_visit(caller: OutpostStaff, visit_id: UUID, body: c.ArrivalAtWarmHouse) -> Response:
    """Record that the one who booked has come."""
    return await caller.answer(c.ConfirmWarmHouseVisit(visit_id=visit_id, services=body.services))


@router.post(
    "/visits/{visit_id}/cancellation",
    response_model=c.WarmHouseVisitView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_visit(caller: OutpostStaff, visit_id: UUID) -> Response:
    """Cancel a booking; the place is free again."""
    return await caller.answer(c.CancelWarmHouseVisit(visit_id=visit_id))
