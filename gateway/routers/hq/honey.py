"""收购 and 结算: what the company buys from its beekeepers, and how they are paid."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq/honey", tags=["hq"])


@router.post(
    "/beekeepers",
    status_code=201,
    response_model=c.BeekeeperView,
    responses=problems(NOT_FOUND, c.BEEKEEPER_ENROLLED),
)
async def enrol_beekeeper(caller: HqWriter, body: c.EnrolBeekeeper) -> Response:
    """Enrol a worker who keeps bees; a certificate in 养蜂 does it by itself."""
    return await caller.create(body, location="/api/v1/hq/honey/beekeepers/{id}")


@router.get("/beekeepers", response_model=Page[c.BeekeeperView])
async def list_beekeepers(caller: HqReader, query: Annotated[c.ListBeekeepers, Query()]) -> Response:
    """List the beekeepers with what was bought and what is owed."""
    return await caller.answer(query)


@router.get("/beekeepers/{beekeeper_id}", response_model=c.BeekeeperView, responses=problems(NOT_FOUND))
async def get_beekeeper(caller: HqReader, beekeeper_id: UUID) -> Response:
    """Read one beekeeper."""
    return await caller.answer(c.GetBeekeeper(beekeeper_id=beekeeper_id))


@router.post(
    "/purchases",
    status_code=201,
    response_model=c.HoneyPurchaseView,
    responses=problems(NOT_FOUND, c.BEEKEEPER_INACTIVE, c.HARVEST_IN_FUTURE),
)
async def record_purchase(caller: HqWriter, body: c.RecordHoneyPurchase) -> Response:
    """Buy honey by weight and grade; the amount is computed to the fen."""
    return await caller.create(body, location="/api/v1/hq/honey/purchases/{id}")


@router.get("/purchases", response_model=Page[c.HoneyPurchaseView])
async def list_purchases(caller: HqReader, query: Annotated[c.ListHoneyPurchases, Query()]) -> Response:
    """List purchases, the newest first."""
    return await caller.answer(query)


@router.get("/purchases/{purchase_id}", response_model=c.HoneyPurchaseView, responses=problems(NOT_FOUND))
async def get_purchase(caller: HqReader, purchase_id: UUID) -> Response:
    """Read one purchase."""
    return await caller.answer(c.GetHoneyPurchase(purchase_id=purchase_id))


@router.post(
    "/purchases/{purchase_id}/cancellation",
    response_model=c.HoneyPurchaseView,
    responses=problems(NOT_FOUND, c.PURCHASE_IN_USE),
)
async def void_purchase(caller: HqWriter, purchase_id: UUID, body: c.VoidForm) -> Response:
    """Void a purchase that was entered wrongly, before it is in a lot or settled."""
    return await caller.answer(c.VoidHoneyPurchase(purchase_id=purchase_id, reason=body.reason))


@router.post(
    "/settlements",
    status_code=201,
    response_model=c.SettlementView,
    responses=problems(NOT_FOUND, c.PURCHASE_ALREADY_SETTLED, c.NOTHING_TO_SETTLE, c.HARVEST_IN_FUTURE),
)
async def pay_settlement(caller: HqWriter, body: c.PaySettlement) -> Response:
    """Pay a beekeeper for the named purchases, or for all that wait; each is paid once."""
    return await caller.create(body, location="/api/v1/hq/honey/settlements?beekeeper_id={beekeeper_id}")


@router.get("/settlements", response_model=Page[c.SettlementView])
async def list_settlements(caller: HqReader, query: Annotated[c.ListSettlements, Query()]) -> Response:
    """List settlements, the newest first."""
    return await caller.answer(query)
