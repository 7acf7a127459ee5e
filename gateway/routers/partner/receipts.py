"""就业回执单: an employer closes the orders of the people sent to it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import PartnerApi
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/partner", tags=["partner"])


@router.post(
    "/receipts",
    status_code=201,
    response_model=c.ReceiptView,
    responses=problems(NOT_FOUND, c.ORDER_RECEIPT_EXISTS, c.RECEIPT_START_IMPOSSIBLE, ILLEGAL_TRANSITION),
)
async def receive_receipt(caller: PartnerApi, body: c.ReceiveReceipt) -> Response:
    """Close an order with its employment receipt: started, or not started with the reason."""
    return await caller.create(body, location="/api/v1/partner/receipts/{id}")


@router.get("/receipts", response_model=Page[c.ReceiptView])
async def list_receipts(caller: PartnerApi, query: Annotated[c.ListReceipts, Query()]) -> Response:
    """List the own receipts, the newest first."""
    return await caller.answer(query)


@router.get("/receipts/{receipt_id}", response_model=c.ReceiptView, responses=problems(NOT_FOUND))
async def get_receipt(caller: PartnerApi, receipt_id: UUID) -> Response:
    """Read one receipt."""
    return await caller.answer(c.GetReceipt(receipt_id=receipt_id))


@router.get("/dispatch-orders", response_model=Page[c.DispatchOrderRow])
async def list_dispatch_orders(caller: PartnerApi, query: Annotated[c.ListDispatchOrders, Query()]) -> Response:
    """List the orders of the people sent to the own company."""
    return await caller.answer(query)


@router.get("/dispatch-orders/{order_id}", response_model=c.DispatchOrderView, responses=problems(NOT_FOUND))
async def get_dispatch_order(caller: PartnerApi, order_id: UUID) -> Response:
    """Read one order."""
    return await caller.answer(c.GetDispatchOrder(order_id=order_id))


@router.post(
    "/dispatch-orders/{order_id}/labor-contract",
    status_code=201,
    response_model=c.LaborContractView,
    responses=problems(NOT_FOUND, c.ORDER_CONTRACT_EXISTS, ILLEGAL_TRANSITION),
)
async def record_labor_contract(caller: PartnerApi, order_id: UUID, body: c.LaborContractForm) -> Response:
    """Record the facts of the labour contract that the own company signed."""
    message = c.RecordLaborContract(order_id=order_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/partner/dispatch-orders/{order_id}")


@router.get("/placements", response_model=Page[c.PlacementView])
async def list_placements(caller: PartnerApi, query: Annotated[c.ListPlacements, Query()]) -> Response:
    """List who works or worked at the own company."""
    return await caller.answer(query)


@router.post(
    "/placements/{placement_id}/end",
    response_model=c.PlacementView,
    responses=problems(NOT_FOUND, c.PLACEMENT_END_IMPOSSIBLE, ILLEGAL_TRANSITION),
)
async def end_placement(caller: PartnerApi, placement_id: UUID, body: c.PlacementEnd) -> Response:
    """Record that somebody left the own company."""
    return await caller.answer(c.EndPlacement(placement_id=placement_id, **body.model_dump()))
