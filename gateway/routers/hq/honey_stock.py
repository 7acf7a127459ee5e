"""库存 and 调拨: jars in the county's warehouse and at the outposts, and what is sold there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq/honey", tags=["hq"])


@router.get("/stock", response_model=c.StockView)
async def get_stock(caller: HqReader, query: Annotated[c.GetStock, Query()]) -> Response:
    """Read the jars of every place, or of one (`county` is the company's warehouse)."""
    return await caller.answer(query)


@router.get("/stock/movements", response_model=Page[c.MovementRow])
async def list_movements(caller: HqReader, query: Annotated[c.ListMovements, Query()]) -> Response:
    """List why levels changed, the newest first."""
    return await caller.answer(query)


@router.post("/stock/corrections", response_model=c.StockView, responses=problems(NOT_FOUND))
async def correct_stock(caller: HqWriter, body: c.CorrectStock) -> Response:
    """Set the county's level to what was counted, with the reason."""
    return await caller.answer(body)


@router.post(
    "/stock-transfers",
    status_code=201,
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, c.INSUFFICIENT_STOCK),
)
async def send_stock(caller: HqWriter, body: c.SendStock) -> Response:
    """Send jars to an outpost; they leave the warehouse now and stand there once received."""
    return await caller.create(body, location="/api/v1/hq/honey/stock-transfers/{id}")


@router.get("/stock-transfers", response_model=Page[c.StockTransferView])
async def list_transfers(caller: HqReader, query: Annotated[c.ListStockTransfers, Query()]) -> Response:
    """List transfers, the newest first."""
    return await caller.answer(query)


@router.get("/stock-transfers/{transfer_id}", response_model=c.StockTransferView, responses=problems(NOT_FOUND))
async def get_transfer(caller: HqReader, transfer_id: UUID) -> Response:
    """Read one transfer."""
    return await caller.answer(c.GetStockTransfer(transfer_id=transfer_id))


@router.post(
    "/stock-transfers/{transfer_id}/receipt",
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.RECEIVED_MORE_THAN_SENT),
)
async def receive_stock(caller: HqWriter, transfer_id: UUID, body: c.StockReceiptForm) -> Response:
    """Receive jars that an outpost sent back."""
    return await caller.answer(c.ReceiveStock(transfer_id=transfer_id, **body.model_dump()))


@router.post(
    "/stock-transfers/{transfer_id}/cancellation",
    response_model=c.StockTransferView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def call_back(caller: HqWriter, transfer_id: UUID, body: c.CallBackForm) -> Response:
    """Call a transfer back before it is received; its jars are in the warehouse again."""
    return await caller.answer(c.CallBackStock(transfer_id=transfer_id, note=body.note))


@router.get("/sales-orders", response_model=Page[c.SalesOrderView])
async def list_sales_orders(caller: HqReader, query: Annotated[c.ListSalesOrders, Query()]) -> Response:
    """List what the outposts sold, the newest first."""
    return await caller.answer(query)


@router.get("/honey-orders", response_model=Page[c.HoneyOrderView])
async def list_honey_orders(caller: HqReader, query: Annotated[c.ListHoneyOrders, Query()]) -> Response:
    """List the partners' bulk orders, the newest first."""
    return await caller.answer(query)
