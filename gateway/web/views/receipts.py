"""/partner/receipts and /outposts/{code}/receipts: who is on the way or due, and the receipt that closes each order."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.web.asking import attempt
from gateway.web.formats import today
from gateway.web.receipt_form import INCOMPLETE, REASONS, filled_in
from gateway.web.visits import Enter, Visit
from shared.contracts import dispatch, registry
from shared.contracts.errors import Problem, ProblemKind

router = APIRouter()
Employer = Annotated[Visit, Depends(Enter("partner"))]
Staff = Annotated[Visit, Depends(Enter("outpost", outpost_in_path=True))]
SAID = (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.not_found)


@router.get("/partner/receipts")
async def employer_receipts(visit: Employer) -> Response:
    """The employer's own people: those on the way first, and the coaches that bring them."""
    trips = await attempt(visit.ask(dispatch.ListEmployerTrips(limit=20)))
    coming = [
        trip for trip in (trips.value.items if trips.value else []) if trip.state.value in ("planned", "departed")
    ]
    return await _page(visit, "/partner/receipts", coming=coming)


@router.get("/outposts/{code}/receipts")
async def outpost_receipts(visit: Staff) -> Response:
    return await _page(visit, f"/outposts/{visit.caller.outpost}/receipts")


@router.post("/partner/receipts")
async def receive_from_employer(visit: Employer) -> Response:
    return await _receive(visit, "/partner/receipts")


@router.post("/outposts/{code}/receipts")
async def receive_from_outpost(visit: Staff) -> Response:
    return await _receive(visit, f"/outposts/{visit.caller.outpost}/receipts")


async def _receive(visit: Visit, home: str) -> Response:
    """Close one order; the sentence says what became of it."""
    form = await visit.form()
    try:
        fields = {"order_id": str(form.get("order", "")), **filled_in(form)}
        command = dispatch.ReceiveReceipt.model_validate(fields)
    except (ValueError, InvalidOperation, ValidationError):
        return visit.go(home, said=visit.say(INCOMPLETE), tone="bad")
    try:
        receipt = await visit.ask(command)
    except Problem as problem:
        if problem.kind not in SAID:
            raise
        return visit.go(home, said=visit.sentence(problem), tone="bad")
    return visit.go(home, said=visit.say("已收到回执 %(number)s。") % {"number": receipt.receipt_no})


async def _page(visit: Visit, home: str, *, coming: list[dispatch.EmployerTrip] | None = None) -> Response:
    given = visit.request.query_params
    is_overdue = given.get("overdue") == "yes"
    state = dispatch.OrderState.issued if given.get("state") == "issued" else dispatch.OrderState.on_the_way
    asked = dispatch.ListDispatchOrders(
        state=None if is_overdue else state,
        is_receipt_overdue=True if is_overdue else None,
        cursor=given.get("cursor") or None,
        limit=30,
    )
    found = await visit.ask(asked)
    return visit.render(
        "receipts.html",
        home=home,
        orders=found,
        shown="overdue" if is_overdue else state.value,
        coming=coming,
        people=await _names(visit, [order.worker_id for order in found.items]),
        reasons=REASONS,
        today=today().isoformat(),
    )


async def _names(visit: Visit, worker_ids: list[UUID]) -> dict[UUID, str]:
    if not worker_ids:
        return {}
    wanted = registry.GetPeople(
        worker_ids=list(dict.fromkeys(worker_ids)), purpose=registry.PeoplePurpose.dispatch_order
    )
    answer = await attempt(visit.ask(wanted))
    return {person.worker_id: person.name for person in answer.value.people} if answer.value else {}
