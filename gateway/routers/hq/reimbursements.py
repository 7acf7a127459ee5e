"""车费报销: HQ approves, rejects, reverses and pays fares, and keeps the policies. Claims themselves: claim_router."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqAdmin, HqReader, HqWriter
from gateway.downloads import send_file
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


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
    "/fare-policies", status_code=201, response_model=c.FarePolicy, responses=problems(c.FARE_POLICY_UNCHANGED)
)
async def add_fare_policy(caller: HqAdmin, body: c.AddFarePolicy) -> Response:
    """Add a version of a fare policy, or a new policy; claims keep the version that they were submitted under."""
    return await caller.create(body, location="/api/v1/hq/fare-policies")


@router.get("/fare-policies", response_model=c.FarePolicies)
async def list_fare_policies(caller: HqReader) -> Response:
    """List the dated fare policies: cap, how often, after how many months of work."""
    return await caller.answer(c.ListFarePolicies())
