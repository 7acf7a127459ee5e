"""谁看过谁: the record of every look at an identity number or a phone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import HqAudit
from shared.contracts import registry as c
from shared.contracts.base import Page

router = APIRouter(prefix="/hq/disclosures", tags=["hq"])


@router.get("", response_model=Page[c.DisclosureView])
async def list_disclosures(caller: HqAudit, query: Annotated[c.ListDisclosures, Query()]) -> Response:
    """List disclosures, newest first, of one worker or by one actor."""
    return await caller.answer(query)
