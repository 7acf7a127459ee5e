"""A worker's own journey: the order, the coach, the seat and the code to board with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import WorkerSelf
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN
from shared.contracts.scopes import WorkerSelf as WorkerScope

router = APIRouter(prefix="/worker", tags=["worker"])


@router.get("/trip", response_model=c.SeatTickets)
async def my_trip(caller: WorkerSelf) -> Response:
    """Read the own journeys, the latest first, each with the seat token for the QR code."""
    scope = caller.context.scope
    if not isinstance(scope, WorkerScope):
        raise FORBIDDEN()
    return await caller.answer(c.MyTrip(worker_id=scope.worker_id))


@router.get("/dispatch-orders", response_model=Page[c.DispatchOrderRow])
async def list_own_orders(caller: WorkerSelf, query: Annotated[c.ListDispatchOrders, Query()]) -> Response:
    """List the own dispatch orders, the newest first."""
    return await caller.answer(query)
