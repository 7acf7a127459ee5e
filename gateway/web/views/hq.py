"""/hq: the county's overview, and the part of it that refreshes itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.web.names import Names
from gateway.web.overview import Overview, overview
from gateway.web.visits import Enter, Visit

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]


@router.get("/hq")
async def hq(visit: HqStaff) -> Response:
    return visit.render("hq.html", overview=await _asked(visit))


@router.get("/hq/live")
async def live(visit: HqStaff) -> Response:
    """The numbers alone, for the page that is open."""
    if not visit.is_fragment:
        return visit.go("/hq")
    return visit.render("parts/hq_live.html", overview=await _asked(visit))


async def _asked(visit: Visit) -> Overview:
    return await overview(visit.caller.ask, Names(visit.locale, visit.say), visit.say)
