"""车费报销: how a claim is made, read and corrected, the same for the county and for the worker whose fare it is."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.caller import Caller
from gateway.errors import UNSUPPORTED_MEDIA
from gateway.photos import Photo, Position, photographed, send_photo
from shared.contracts import dispatch as c
from shared.contracts.base import Message, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TOO_LARGE

UNPAYABLE = (c.REIMBURSEMENT_CHARTERED_SEAT, c.REIMBURSEMENT_TICKET_USED, c.REIMBURSEMENT_NO_POLICY)


def claim_router(prefix: str, tag: str, reader: Any, writer: Any) -> APIRouter:
    """The routes of one audience; `reader` and `writer` are its aliases of `gateway.auth`."""
    home = f"{prefix}/reimbursements"
    router = APIRouter(prefix=home, tags=[tag])
    location = f"/api/v1{home}/{{id}}"

    @router.post(
        "",
        status_code=201,
        response_model=c.ReimbursementView,
        responses=problems(NOT_FOUND, *UNPAYABLE, c.REIMBURSEMENT_ALREADY_THIS_YEAR, c.REIMBURSEMENT_UNDER_AGE),
    )
    async def submit_reimbursement(caller: writer, body: c.SubmitReimbursement) -> Response:
        """Claim the fare of an order's journey to work; a leg covered by a chartered seat is refused."""
        return await _create(caller, body, location)

    @router.get("", response_model=Page[c.ReimbursementRow])
    async def list_reimbursements(caller: reader, query: Annotated[c.ListReimbursements, Query()]) -> Response:
        """List claims, the newest first; a worker sees the own ones."""
        return await _answer(caller, query)

    @router.get("/{reimbursement_id}", response_model=c.ReimbursementView, responses=problems(NOT_FOUND))
    async def get_reimbursement(caller: reader, reimbursement_id: UUID) -> Response:
        """Read one claim with its legs."""
        return await _answer(caller, c.GetReimbursement(reimbursement_id=reimbursement_id))

    @router.post(
        "/{reimbursement_id}/corrections",
        status_code=201,
        response_model=c.ReimbursementView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, *UNPAYABLE),
    )
    async def correct_reimbursement(caller: writer, reimbursement_id: UUID, body: c.Correction) -> Response:
        """Replace a claim by a corrected one (a worker: an undecided one); what was paid counts against it."""
        message = c.CorrectReimbursement(reimbursement_id=reimbursement_id, legs=body.legs, reason=body.reason)
        return await _create(caller, message, location)

    @router.post(
        "/{reimbursement_id}/legs/{position}/photo",
        response_model=c.ReimbursementView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.REIMBURSEMENT_NO_SUCH_LEG, TOO_LARGE, UNSUPPORTED_MEDIA),
    )
    async def attach_ticket_photo(caller: writer, reimbursement_id: UUID, position: Position, file: Photo) -> Response:
        """Keep the photo of one ticket."""
        message = await photographed(caller, reimbursement_id, position, file)
        return await _answer(caller, message)

    @router.get(
        "/{reimbursement_id}/legs/{position}/photo",
        response_class=Response,
        responses={200: {"description": "the photo of the ticket"}, **problems(NOT_FOUND)},
    )
    async def get_ticket_photo(caller: reader, reimbursement_id: UUID, position: Position) -> Response:
        """Look at the photo of one ticket."""
        return await send_photo(caller, reimbursement_id, position)

    return router


async def _answer(caller: Caller, message: Message[Any]) -> Response:
    return await caller.answer(message)


async def _create(caller: Caller, message: Message[Any], location: str) -> Response:
    return await caller.create(message, location=location)
