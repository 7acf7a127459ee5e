"""派遣单: HQ issues, cancels, prints and lists dispatch orders, and keeps their contracts and placements."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqReader, HqWriter
from gateway.downloads import print_paper
from shared.contracts import dispatch as c
from shared.contracts import postings
from shared.contracts.base import JobState, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "the paper"}}


@router.post(
    "/dispatch-orders",
    status_code=201,
    response_model=c.DispatchOrderView,
    responses=problems(
        NOT_FOUND,
        c.ORDER_WORKER_HAS_OPEN_ORDER,
        c.ORDER_WORKER_IS_PLACED,
        c.ORDER_WORKER_NOT_ACTIVE,
        c.ORDER_CONSENT_MISSING,
        c.ORDER_CONSENT_WITHDRAWN,
        c.ORDER_NEEDS_ACCEPTANCE,
        c.ORDER_REPLACES_NOT_CANCELLED,
        c.ORDER_DEPARTURE_IMPOSSIBLE,
        postings.OPENING_NONE_FREE,
        postings.POSTING_NOT_OPEN,
        postings.POSTING_EXPIRED,
        postings.AGREEMENT_LAPSED,
        postings.EMPLOYER_BLOCKED,
    ),
)
async def issue_dispatch_order(caller: HqWriter, body: c.IssueDispatchOrder) -> Response:
    """Issue a dispatch order on an accepted recommendation, or for a named reason; it takes one opening."""
    return await caller.create(body, location="/api/v1/hq/dispatch-orders/{id}")


@router.get("/dispatch-orders", response_model=Page[c.DispatchOrderRow])
async def list_dispatch_orders(caller: Area, query: Annotated[c.ListDispatchOrders, Query()]) -> Response:
    """List orders, the newest first; an area account sees those of its people."""
    return await caller.answer(query)


@router.get("/dispatch-orders/{order_id}", response_model=c.DispatchOrderView, responses=problems(NOT_FOUND))
async def get_dispatch_order(caller: Area, order_id: UUID) -> Response:
    """Read one order with its seat, its custody steps, its contract and its receipt."""
    return await caller.answer(c.GetDispatchOrder(order_id=order_id))


@router.post(
    "/dispatch-orders/{order_id}/cancellation",
    response_model=c.DispatchOrderView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def cancel_dispatch_order(caller: HqWriter, order_id: UUID, body: c.OrderCancellation) -> Response:
    """Cancel an order that nobody has boarded with; the opening and the seat are free again."""
    return await caller.answer(c.CancelDispatchOrder(order_id=order_id, **body.model_dump()))


@router.post(
    "/dispatch-orders/{order_id}/labor-contract",
    status_code=201,
    response_model=c.LaborContractView,
    responses=problems(NOT_FOUND, c.ORDER_CONTRACT_EXISTS, ILLEGAL_TRANSITION),
)
async def record_labor_contract(caller: HqWriter, order_id: UUID, body: c.LaborContractForm) -> Response:
    """Record the facts of the labour contract that an order led to."""
    message = c.RecordLaborContract(order_id=order_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/dispatch-orders/{order_id}")


@router.get(
    "/dispatch-orders/{order_id}/paper.pdf",
    response_class=Response,
    responses={**PDF, **problems(NOT_FOUND)},
)
async def print_dispatch_order(caller: HqReader, order_id: UUID) -> Response:
    """Print one order with the worker's real name."""
    return await print_paper(caller, c.PrintDispatchOrders(order_ids=[order_id]), jobs="/api/v1/hq/jobs")


@router.post("/dispatch-order-papers", status_code=202, response_model=JobState, responses=problems(NOT_FOUND))
async def print_dispatch_orders(caller: HqReader, body: c.PrintDispatchOrders) -> Response:
    """Print a batch of orders into one PDF, a page each."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")


@router.get("/receipts", response_model=Page[c.ReceiptView])
async def list_receipts(caller: HqReader, query: Annotated[c.ListReceipts, Query()]) -> Response:
    """List employment receipts, the newest first."""
    return await caller.answer(query)


@router.get("/receipts/{receipt_id}", response_model=c.ReceiptView, responses=problems(NOT_FOUND))
async def get_receipt(caller: HqReader, receipt_id: UUID) -> Response:
    """Read one employment receipt."""
    return await caller.answer(c.GetReceipt(receipt_id=receipt_id))


@router.get("/placements", response_model=Page[c.PlacementView])
async def list_placements(caller: HqReader, query: Annotated[c.ListPlacements, Query()]) -> Response:
    """List placements, the latest start first."""
    return await caller.answer(query)


@router.post(
    "/placements/{placement_id}/end",
    response_model=c.PlacementView,
    responses=problems(NOT_FOUND, c.PLACEMENT_END_IMPOSSIBLE, ILLEGAL_TRANSITION),
)
async def end_placement(caller: HqWriter, placement_id: UUID, body: c.PlacementEnd) -> Response:
    """Record that somebody left work."""
    return await caller.answer(c.EndPlacement(placement_id=placement_id, **body.model_dump()))
