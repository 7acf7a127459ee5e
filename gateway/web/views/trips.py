"""/hq/trips and /outposts/{code}/trips: the coaches, each with its way to the boarding page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.web.names import Names
from gateway.web.tables import Column, Filter, table_view
from gateway.web.visits import Enter, Visit
from shared.contracts import dispatch
from shared.contracts.scopes import OutpostCode

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
Staff = Annotated[Visit, Depends(Enter("outpost", "hq", outpost_in_path=True))]


@router.get("/hq/trips")
async def trips(visit: HqStaff) -> Response:
    return await _page(visit, None)


@router.get("/outposts/{code}/trips")
async def outpost_trips(visit: Staff) -> Response:
    """Those that come to the outpost; its staff counts its own people."""
    return await _page(visit, visit.caller.outpost)


async def _page(visit: Visit, outpost: OutpostCode | None) -> Response:
    given = visit.request.query_params
    state = given.get("state", "")
    wanted = given.get("outpost", "") if outpost is None else outpost.value
    found = await visit.ask(
        dispatch.ListTrips(
            state=dispatch.TripState(state) if state in set(dispatch.TripState) else None,
            outpost=OutpostCode(wanted) if wanted in set(OutpostCode) else None,
            cursor=given.get("cursor") or None,
            limit=50,
        )
    )
    names = Names(visit.locale, visit.say)
    states = [(one.value, names.trip_state(one)) for one in dispatch.TripState]
    places = [(code, name) for code, name, _ in names.slots()]
    filters = [Filter("state", visit.say("状态"), options=states)]
    if outpost is None:
        filters.append(Filter("outpost", visit.say("到"), options=places))
    view = table_view(
        visit.request,
        id="trips",
        caption=visit.say("包车班次"),
        columns=(
            Column("depart", visit.say("发车")),
            Column("trip", visit.say("班次")),
            Column("to", visit.say("到")),
            Column("seats", visit.say("已定座"), is_number=True),
            Column("boarded", visit.say("已上车"), is_number=True),
            Column("state", visit.say("状态")),
        ),
        filters=filters,
        next_cursor=found.next_cursor,
    )
    return visit.render("trips.html", view=view, trips=found.items, outpost=outpost)
