"""车费报销: HQ enters, approves, rejects and pays fares."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqAdmin, HqReader, HqWriter
from gateway.downloads import send_file
from gateway.errors import UNSUPPORTED_MEDIA
from gateway.photos import Photo, Position, photographed, send_photo
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TOO_LARGE

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/reimbursements",
    status_code=201,
    response_model=c.ReimbursementView,
    responses=problems(
        NOT_FOUND,
        c.REIMBURSEMENT_CHARTERED_SEAT,
        c.REIMBURSEMENT_TICKET_USED,
        c.REIMBURSEMENT_ALREADY_THIS_YEAR,
        c.REIMBURSEMENT_NO_POLICY,
        c.REIMBURSEMENT_UNDER_AGE,
    ),
)
async def submit_reimbursement(caller: HqWriter, body: c.SubmitReimbursement) -> Response:
    """Enter a worker's claim for the fare of an order's journey."""
    return await caller.create(body, location="/api/v1/hq/reimbursements/{id}")


@router.get("/reimbursements", response_model=Page[c.ReimbursementRow])
async def list_reimbursements(caller: HqReader, query: Annotated[c.ListReimbursements, Query()]) -> Response:
    """List claims, the newest first."""
    return await caller.answer(query)


@router.post("/reimbursements/approvals", response_model=c.BatchApproval)
async def approve_reimbursements(caller: HqWriter, body: c.ApproveReimbursements) -> Response:
    """Approve a batch; a claim that fails its check is named and does not hold the others back."""
    return await caller.answer(body)


@router.post("/reimbursements/payouts", status_code=202, response_model=JobState)
async def export_payout(caller: HqWriter, body: c.ExportPayout) -> Response:
    """Make the bank's file of every approved claim and mark those claims paid."""
    return await caller.start_job(body, location="/api/v1/hq/reimbursements/payouts/{id}")


@router.get("/reimbursements/payouts", response_model=Page[c.PayoutRow])
async def list_payouts(caller: HqReader, query: Annotated[c.ListPayouts, Query()]) -> Response:
    """List the bank's files made so far, the newest first."""
    return await caller.answer(query)


@router.get("/reimbursements/entries", response_model=Page[c.FareEntryView])
async def list_fare_entries(caller: HqReader, query: Annotated[c.ListFareEntries, Query()]) -> Response:
    """List what was booked as paid and as owed back, the newest first; the sum is what the county has paid."""
    return await caller.answer(query)


@router.get("/reimbursements/payouts/{payout_id}", response_model=c.PayoutView, responses=problems(NOT_FOUND))
async def get_payout(caller: HqReader, payout_id: str) -> Response:
    """Read how far a payout file is, how many claims it has and their sum."""
    return await caller.answer(c.GetPayout(payout_id=payout_id))


@router.get(
    "/reimbursements/payouts/{payout_id}/file",
    response_class=Response,
    responses={200: {"description": "发放名册, xlsx or csv"}, **problems(NOT_FOUND)},
)
async def get_payout_file(caller: HqWriter, payout_id: str) -> Response:
    """Download the bank's file."""
    view = await caller.ask(c.GetPayout(payout_id=payout_id))
    if view.file is None:
        raise NOT_FOUND(what="payout", id=payout_id)
    return send_file(caller, view.file)


@router.get("/reimbursements/{reimbursement_id}", response_model=c.ReimbursementView, responses=problems(NOT_FOUND))
async def get_reimbursement(caller: HqReader, reimbursement_id: UUID) -> Response:
    """Read one claim with its legs."""
    return await caller.answer(c.GetReimbursement(reimbursement_id=reimbursement_id))


@router.post(
    "/reimbursements/{reimbursement_id}/rejection",
    response_model=c.ReimbursementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def reject_reimbursement(caller: HqWriter, reimbursement_id: UUID, body: c.Rejection) -> Response:
    """Reject a claim; its tickets can be claimed again."""
    return await caller.answer(c.RejectReimbursement(reimbursement_id=reimbursement_id, reason=body.reason))


@router.get("/reimbursements/{reimbursement_id}/findings", response_model=c.FareFindings, responses=problems(NOT_FOUND))
async def find_fare_duplicates(caller: HqReader, reimbursement_id: UUID) -> Response:
    """List what in other people's claims resembles this one: the same photo, a number that only looks other."""
    return await caller.answer(c.FindFareDuplicates(reimbursement_id=reimbursement_id))


@router.post(
    "/reimbursements/{reimbursement_id}/reversal",
    response_model=c.ReimbursementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def reverse_reimbursement(caller: HqWriter, reimbursement_id: UUID, body: c.Reversal) -> Response:
    """Take an approval or a payment back; what was paid is booked as owed, the tickets can be claimed again."""
    return await caller.answer(c.ReverseReimbursement(reimbursement_id=reimbursement_id, reason=body.reason))


@router.post(
    "/reimbursements/{reimbursement_id}/corrections",
    status_code=201,
    response_model=c.ReimbursementView,
    responses=problems(
        NOT_FOUND,
        ILLEGAL_TRANSITION,
        c.REIMBURSEMENT_CHARTERED_SEAT,
        c.REIMBURSEMENT_TICKET_USED,
        c.REIMBURSEMENT_NO_POLICY,
    ),
)
async def correct_reimbursement(caller: HqWriter, reimbursement_id: UUID, body: c.Correction) -> Response:
    """Replace a claim by a corrected one; what the old one has paid counts against it."""
    message = c.CorrectReimbursement(reimbursement_id=reimbursement_id, legs=body.legs, reason=body.reason)
    return await caller.create(message, location="/api/v1/hq/reimbursements/{id}")


@router.post(
    "/reimbursements/{reimbursement_id}/legs/{position}/photo",
    response_model=c.ReimbursementView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.REIMBURSEMENT_NO_SUCH_LEG, TOO_LARGE, UNSUPPORTED_MEDIA),
)
async def attach_ticket_photo(caller: HqWriter, reimbursement_id: UUID, position: Position, file: Photo) -> Response:
    """Keep the photo of one ticket."""
    return await caller.answer(await photographed(caller, reimbursement_id, position, file))


@router.get(
    "/reimbursements/{reimbursement_id}/legs/{position}/photo",
    response_class=Response,
    responses={200: {"description": "the photo of the ticket"}, **problems(NOT_FOUND)},
)
async def get_ticket_photo(caller: HqReader, reimbursement_id: UUID, position: Position) -> Response:
    """Look at the photo of one ticket."""
    return await send_photo(caller, reimbursement_id, position)


@router.post(
    "/fare-policies", status_code=201, response_model=c.FarePolicy, responses=problems(c.FARE_POLICY_UNCHANGED)
)
async def add_fare_policy(caller: HqAdmin, body: c.AddFarePolicy) -> Response:
    """Add a version of a fare policy, or a new policy; claims keep the version that they were submitted under."""
    return await caller.create(body, location="/api/v1/hq/fare-policies")


@router.get("/fare-policies", response_model=c.FarePolicies)
async def list_fare_policies(caller: HqReader) -> Response:
    """List the dated fare policies: cap, how often, after how many months of work."""
    return await caller.answer(c.ListFarePolicies())
