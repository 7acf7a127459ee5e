"""A partner orders honey in bulk from an outpost."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import PartnerApi
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/partner/honey-orders", tags=["partner"])


@router.post("", status_code=201, response_model=c.HoneyOrderView, responses=problems(c.SKU_NOT_FOUND))
async def place_honey_order(caller: PartnerApi, body: c.PlaceHoneyOrder) -> Response:
    """Order honey from an outpost at today's prices; nothing is reserved until it is fulfilled."""
    return await caller.create(body, location="/api/v1/partner/honey-orders/{id}")


@router.get("", response_model=Page[c.HoneyOrderView])
async def list_honey_orders(caller: PartnerApi, query: Annotated[c.ListHoneyOrders, Query()]) -> Response:
    """List the own orders, the newest first."""
    return await caller.answer(query)


@router.get("/{order_id}", response_model=c.HoneyOrderView, responses=problems(NOT_FOUND))
async def get_honey_order(caller: PartnerApi, order_id: UUID) -> Response:
    """Read one of the own orders."""
    return await caller.answer(c.GetHoneyOrder(honey_order_id=order_id))


@router.post(
    "/{order_id}/withdrawal",
    response_model=c.HoneyOrderView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def withdraw_honey_order(caller: PartnerApi, order_id: UUID) -> Response:
    """Withdraw an order before the outpost answered it."""
    return await caller.answer(c.WithdrawHoneyOrder(honey_order_id=order_id))
