"""/outposts/{code}: an outpost's day, for its staff; for HQ without the people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.web.outpost_day import SHOWN, how_many, outpost_day
from gateway.web.visits import Enter, Visit
from shared.contracts.errors import TENANT_NOT_FOUND
from shared.contracts.scopes import Outpost

router = APIRouter()
Staff = Annotated[Visit, Depends(Enter("outpost", "hq", outpost_in_path=True))]


@router.get("/outposts/{code}")
async def outpost(visit: Staff) -> Response:
    code = visit.caller.outpost
    if code is None:
        raise TENANT_NOT_FOUND()
    day = await outpost_day(visit.ask, code, is_own=isinstance(visit.scope, Outpost))
    return visit.render("outpost.html", code=code.value, day=day, shown=SHOWN, awaited=how_many(day.awaited))
