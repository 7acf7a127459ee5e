"""推广销售: an outpost's shelf, its sales, and the partners' bulk orders it fulfils."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import OutpostStaff
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/outposts/{code}/honey", tags=["outposts"])


@router.get("/stock", response_model=c.StockView)
async def get_stock(caller: OutpostStaff) -> Response:
    """Read the outpost's shelf: jars by lot, what may be sold by size, and what is on its way here."""
    return await caller.answer(c.GetStock())


@router.get("/stock/movements", response_model=Page[c.MovementRow])
async def list_movements(caller: OutpostStaff, query: Annotated[c.ListMovements, Query()]) -> Response:
    """List why the shelf changed, the newest first."""
    return await caller.answer(query)


@router.post("/stock/corrections", response_model=c.StockView, responses=problems(NOT_FOUND))
async def correct_stock(caller: OutpostStaff, body: c.CorrectStock) -> Response:
    """Set a level to what was counted on the shelf, with the reason."""
    return await caller.answer(body)


@router.get("/skus", response_model=Page[c.SkuView])
async def list_skus(caller: OutpostStaff, query: Annotated[c.ListSkus, Query()]) -> Response:
    """List the sizes of jar and their prices."""
    return await caller.answer(query)


@router.get("/stock-transfers", response_model=Page[c.StockTransferView])
async def list_transfers(caller: OutpostStaff, query: Annotated[c.ListStockTransfers, Query()]) -> Response:
    """List transfers to and from the outpost, the newest first."""
    return await caller.answer(query)


@router.post(
    "/stock-transfers",
    status_code=201,
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, c.INSUFFICIENT_STOCK),
)
async def return_stock(caller: OutpostStaff, body: c.ReturnStock) -> Response:
    """Send jars back to the county."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/honey/stock-transfers/{{id}}")


@router.get("/stock-transfers/{transfer_id}", response_model=c.StockTransferView, responses=problems(NOT_FOUND))
async def get_transfer(caller: OutpostStaff, transfer_id: UUID) -> Response:
    """Read one transfer."""
    return await caller.answer(c.GetStockTransfer(transfer_id=transfer_id))


@router.post(
    "/stock-transfers/{transfer_id}/receipt",
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.RECEIVED_MORE_THAN_SENT),
)
async def receive_stock(caller: OutpostStaff, transfer_id: UUID, body: c.StockReceiptForm) -> Response:
    """Receive what the county sent; without lines everything arrived whole."""
    return await caller.answer(c.ReceiveStock(transfer_id=transfer_id, **body.model_dump()))


@router.post(
    "/stock-transfers/{transfer_id}/cancellation",
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def call_back(caller: OutpostStaff, transfer_id: UUID, body: c.CallBackForm) -> Response:
    """Call the outpost's own return back before the county received it."""
    return await caller.answer(c.CallBackStock(transfer_id=transfer_id, note=body.note))


@router.post(
    "/sales-orders",
    status_code=201,
    response_model=c.SalesOrderView,
    responses=problems(c.SKU_NOT_FOUND, c.INSUFFICIENT_STOCK),
)
async def place_sales_order(caller: OutpostStaff, body: c.PlaceSalesOrder) -> Response:
    """Sell jars: all lines or none, those that expire first, never more than there are."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/honey/sales-orders/{{id}}")


@router.get("/sales-orders", response_model=Page[c.SalesOrderView])
async def list_sales_orders(caller: OutpostStaff, query: Annotated[c.ListSalesOrders, Query()]) -> Response:
    """List the outpost's sales, the newest first."""
    return await caller.answer(query)


@router.get("/sales-orders/{order_id}", response_model=c.SalesOrderView, responses=problems(NOT_FOUND))
async def get_sales_order(caller: OutpostStaff, order_id: UUID) -> Response:
    """Read one sale with the lots its jars came from."""
    return await caller.answer(c.GetSalesOrder(sales_order_id=order_id))


@router.post(
    "/sales-orders/{order_id}/cancellation",
    response_model=c.SalesOrderView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_sales_order(caller: OutpostStaff, order_id: UUID, body: c.CancellationForm) -> Response:
    """Cancel a sale; its jars stand on the shelf again."""
    return await caller.answer(c.CancelSalesOrder(sales_order_id=order_id, reason=body.reason))


@router.get("/honey-orders", response_model=Page[c.HoneyOrderView])
async def list_honey_orders(caller: OutpostStaff, query: Annotated[c.ListHoneyOrders, Query()]) -> Response:
    """List the partners' bulk orders to this outpost, the newest first."""
    return await caller.answer(query)


@router.post(
    "/honey-orders/{order_id}/fulfilment",
    response_model=c.HoneyOrderView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.INSUFFICIENT_STOCK, c.SKU_NOT_FOUND),
)
async def fulfil_honey_order(caller: OutpostStaff, order_id: UUID, body: c.FulfilmentForm) -> Response:
    """Fulfil a partner's order out of the outpost's stock, at the prices agreed when it was placed."""
    return await caller.answer(c.FulfilHoneyOrder(honey_order_id=order_id, payment=body.payment))


@router.post(
    "/honey-orders/{order_id}/refusal",
    response_model=c.HoneyOrderView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def refuse_honey_order(caller: OutpostStaff, order_id: UUID, body: c.CancellationForm) -> Response:
    """Refuse a partner's order and say why."""
    return await caller.answer(c.RefuseHoneyOrder(honey_order_id=order_id, reason=body.reason))
