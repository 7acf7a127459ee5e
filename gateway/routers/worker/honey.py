"""A beekeeper's own sales to the company."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import WorkerSelf
from shared.contracts import honey as c
from shared.contracts.base import Page

router = APIRouter(prefix="/worker/honey", tags=["worker"])


@router.get("/purchases", response_model=Page[c.HoneyPurchaseView])
async def list_purchases(caller: WorkerSelf, query: Annotated[c.ListHoneyPurchases, Query()]) -> Response:
    """List what the company bought from you, the newest first."""
    return await caller.answer(query)


@router.get("/settlements", response_model=Page[c.SettlementView])
async def list_settlements(caller: WorkerSelf, query: Annotated[c.ListSettlements, Query()]) -> Response:
    """List what you were paid, the newest first."""
    return await caller.answer(query)
