"""蜂蜜批次: lots, tests, bottling, jar sizes and recalls."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

router = APIRouter(prefix="/hq/honey", tags=["hq"])


@router.post("/skus", status_code=201, response_model=c.SkuView, responses=problems(c.SKU_EXISTS))
async def create_sku(caller: HqWriter, body: c.CreateSku) -> Response:
    """Add a size of jar with its price."""
    return await caller.create(body, location="/api/v1/hq/honey/skus/{sku}")


@router.get("/skus", response_model=Page[c.SkuView])
async def list_skus(caller: HqReader, query: Annotated[c.ListSkus, Query()]) -> Response:
    """List the sizes of jar."""
    return await caller.answer(query)


@router.patch("/skus/{sku}", response_model=c.SkuView, responses=problems(NOT_FOUND, STALE))
async def change_sku(caller: HqWriter, sku: str, body: c.SkuChange) -> Response:
    """Change a size's name or price, or stop selling it."""
    message = c.ChangeSku(sku=sku, expected_version=caller.if_match(), **body.model_dump(exclude_unset=True))
    return await caller.answer(message)


@router.post("/lots", status_code=201, response_model=c.HoneyLotView, responses=problems(c.PURCHASE_NOT_FREE))
async def create_lot(caller: HqWriter, body: c.CreateHoneyLot) -> Response:
    """Mix whole purchases into a lot; with a passed test it may be bottled at once."""
    return await caller.create(body, location="/api/v1/hq/honey/lots/{id}")


@router.get("/lots", response_model=Page[c.HoneyLotView])
async def list_lots(caller: HqReader, query: Annotated[c.ListHoneyLots, Query()]) -> Response:
    """List lots, the newest first."""
    return await caller.answer(query)


@router.get("/lots/{lot_id}", response_model=c.HoneyLotView, responses=problems(NOT_FOUND))
async def get_lot(caller: HqReader, lot_id: UUID) -> Response:
    """Read one lot with its mass balance."""
    return await caller.answer(c.GetHoneyLot(lot_id=lot_id))


@router.post(
    "/lots/{lot_id}/tests",
    status_code=201,
    response_model=c.HoneyLotView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def record_test(caller: HqWriter, lot_id: UUID, body: c.LotTestForm) -> Response:
    """Record a laboratory's report; a passed one releases the lot."""
    message = c.RecordLotTest(lot_id=lot_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/honey/lots/{id}")


@router.post(
    "/lots/{lot_id}/bottlings",
    status_code=201,
    response_model=c.HoneyLotView,
    responses=problems(NOT_FOUND, c.LOT_NOT_RELEASED, c.LOT_NOT_ENOUGH_HONEY, c.SKU_NOT_FOUND),
)
async def bottle(caller: HqWriter, lot_id: UUID, body: c.BottlingForm) -> Response:
    """Fill jars from a released lot; they enter the county's stock."""
    message = c.BottleHoney(lot_id=lot_id, **body.model_dump())
    return await caller.create(message, location="/api/v1/hq/honey/lots/{id}")


@router.post("/lots/{lot_id}/recall", response_model=c.HoneyLotView, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def recall(caller: HqWriter, lot_id: UUID, body: c.RecallForm) -> Response:
    """Stop every further sale of a lot; its trace page says so."""
    return await caller.answer(c.RecallHoneyLot(lot_id=lot_id, reason=body.reason))
