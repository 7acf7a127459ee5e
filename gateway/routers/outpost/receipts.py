"""就业回执单: an outpost closes the orders of its people, and sees its orders and placements."""

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
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])


@router.post(
    "/receipts",
    status_code=201,
    response_model=c.ReceiptView,
    responses=problems(NOT_FOUND, c.ORDER_RECEIPT_EXISTS, c.RECEIPT_START_IMPOSSIBLE, ILLEGAL_TRANSITION),
)
async def receive_receipt(caller: OutpostStaff, body: c.ReceiveReceipt) -> Response:
    """Close an order with its employment receipt: started, or not started with the reason."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/receipts/{{id}}")


@router.get("/receipts", response_model=Page[c.ReceiptView])
async def list_receipts(caller: OutpostStaff, query: Annotated[c.ListReceipts, Query()]) -> Response:
    """List the receipts of the own people, the newest first."""
    return await caller.answer(query)


@router.get("/receipts/{receipt_id}", response_model=c.ReceiptView, responses=problems(NOT_FOUND))
async def get_receipt(caller: OutpostStaff, receipt_id: UUID) -> Response:
    """Read one receipt."""
    return await caller.answer(c.GetReceipt(receipt_id=receipt_id))


@router.get("/dispatch-orders", response_model=Page[c.DispatchOrderRow])
async def list_dispatch_orders(caller: OutpostStaff, query: Annotated[c.ListDispatchOrders, Query()]) -> Response:
    """List the orders of the own people; `is_receipt_overdue=true` for those that wait too long."""
    return await caller.answer(query)


@router.get("/dispatch-orders/{order_id}", response_model=c.DispatchOrderView, responses=problems(NOT_FOUND))
async def get_dispatch_order(caller: OutpostStaff, order_id: UUID) -> Response:
    """Read one order."""
    return await caller.answer(c.GetDispatchOrder(order_id=order_id))


@router.get(
    "/dispatch-orders/{order_id}/paper.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "派遣单"}, **problems(NOT_FOUND)},
)
async def print_dispatch_order(caller: OutpostStaff, order_id: UUID) -> Response:
    """Print one order with the worker's real name."""
    message = c.PrintDispatchOrders(order_ids=[order_id])
    return await print_paper(caller, message, jobs=f"/api/v1/outposts/{caller.outpost}/jobs")


@router.post(
    "/dispatch-orders/{order_id}/labor-contract",
    status_code=201,
    response_model=c.LaborContractView,
    responses=problems(NOT_FOUND, c.ORDER_CONTRACT_EXISTS, ILLEGAL_TRANSITION),
)
async def record_labor_contract(caller: OutpostStaff, order_id: UUID, body: c.LaborContractForm) -> Response:
    """Record the facts of the labour contract that an order led to."""
    message = c.RecordLaborContract(order_id=order_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/outposts/{caller.outpost}/dispatch-orders/{{order_id}}")


@router.get("/placements", response_model=Page[c.PlacementView])
async def list_placements(caller: OutpostStaff, query: Annotated[c.ListPlacements, Query()]) -> Response:
    """List the placements of the own people, the latest start first."""
    return await caller.answer(query)


@router.post(
    "/placements/{placement_id}/end",
    response_model=c.PlacementView,
    responses=problems(NOT_FOUND, c.PLACEMENT_END_IMPOSSIBLE, ILLEGAL_TRANSITION),
)
async def end_placement(caller: OutpostStaff, placement_id: UUID, body: c.PlacementEnd) -> Response:
    """Record that somebody left work."""
    return await caller.answer(c.EndPlacement(placement_id=placement_id, **body.model_dump()))
