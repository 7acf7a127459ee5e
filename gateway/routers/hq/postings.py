"""招聘岗位, as headquarters keeps them: all of them, and who holds their openings."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from gateway.auth import HqReader, HqWriter
from gateway.routers.posting_steps import posting_router
from shared.contracts import postings as c
from shared.contracts.base import Page

router = posting_router("/hq", "hq", HqReader, HqWriter)


@router.get("/postings/{posting_id}/reservations", response_model=Page[c.ReservationRow])
async def list_reservations(
    caller: HqReader, posting_id: UUID, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> Response:
    """List which orders hold the openings of a posting."""
    return await caller.answer(c.ListReservations(posting_id=posting_id, cursor=cursor, limit=limit))
