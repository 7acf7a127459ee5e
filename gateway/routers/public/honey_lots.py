"""蜂蜜溯源: what anybody may read behind a jar's QR code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Anyone
from shared.contracts import honey as c
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/public/honey", tags=["public"])


@router.get("/lots/{lot_code}", response_model=c.HoneyTraceView, responses=problems(NOT_FOUND))
async def get_trace(
    caller: Anyone, lot_code: Annotated[str, Path(max_length=40, examples=["LP2611-0003"])]
) -> Response:
    """Read where and when a jar's honey was harvested, and how it was tested."""
    return await caller.answer(c.GetHoneyTrace(code=lot_code))
