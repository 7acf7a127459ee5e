"""车费报销: claims for fares, approved in batches under a dated policy, paid by a file for the bank."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import BlobRef, Command, JobState, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, ShortText


class ReimbursementState(StrEnum):
    """submitted -> approved -> paid, or submitted -> rejected.

    What was approved or paid can be reversed; a corrected claim is replaced by the one that names it.
    """

    submitted = "submitted"
    approved = "approved"
    rejected = "rejected"
    paid = "paid"
    reversed = "reversed"
    corrected = "corrected"


class TravelMode(StrEnum):
    train = "train"
    bus = "bus"
    ship = "ship"
    air = "air"
    other = "other"


class Leg(View):
    """One ticket of the journey."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, serialize_by_alias=True)

    mode: TravelMode = Field(examples=["train"])
    from_place: ShortText = Field(alias="from", examples=["从江站"])
    to_place: ShortText = Field(alias="to", examples=["广州南站"])
    travelled_on: date = Field(alias="on", examples=["2026-03-02"])
    amount_cents: int = Field(gt=0, le=10_000_00, examples=[21350])
    ticket_no: str = Field(min_length=3, max_length=40, examples=["E123456789"])
    photo: BlobRef | None = None


class ReimbursementRow(View):
    """A line of the list of claims."""

    id: UUID
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    policy: str = Field(examples=["guizhou-cross-province"])
    policy_version: int = 1
    year: int
    state: ReimbursementState
    claimed_cents: int
    payable_cents: int = Field(description="the sum of the legs, at most the policy's cap")
    due_cents: int = Field(default=0, description="what is still to be paid, less what a corrected claim has paid")
    awaits_second: bool = Field(default=False, description="approved once; above the limit another officer decides too")
    submitted_at: datetime


class ReimbursementView(ReimbursementRow):
    """车费报销单."""

    legs: list[Leg]
    decided_at: datetime | None = None
    reject_reason: str | None = None
    corrects: UUID | None = Field(default=None, description="the claim that this one replaces")
    reverse_reason: str | None = None
    payout_id: str | None = None
    paid_at: datetime | None = None
    version: int


class SubmitReimbursement(Command[ReimbursementView]):
    """Claim the fare of an order's journey; a leg covered by a chartered seat is refused."""

    order_id: UUID
    legs: list[Leg] = Field(min_length=1, max_length=10)


class GetReimbursement(Query[ReimbursementView]):
    reimbursement_id: UUID


class ListReimbursements(PageRequest, Query[Page[ReimbursementRow]]):
    """Claims, newest first."""

    state: ReimbursementState | None = None
    outpost: OutpostCode | None = None
    worker_id: UUID | None = None
    order_id: UUID | None = None


class RefusedClaim(View):
    id: UUID
    code: str
    zh: str
    en: str


class BatchApproval(View):
    """Which claims of a batch were approved, which now wait for a second officer, and why the others were not."""

    approved: list[UUID]
    awaiting_second: list[UUID] = Field(default_factory=list)
    amount_cents: int
    refused: list[RefusedClaim]


class ApproveReimbursements(Command[BatchApproval]):
    """Approve a batch; each claim is checked by itself, and one that fails does not hold the others back.

    A claim that resembles another person's is refused until somebody has looked at it (`has_seen_findings`).
    """

    reimbursement_ids: list[UUID] = Field(min_length=1, max_length=500)
    has_seen_findings: bool = False


class Rejection(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["车票照片不清, 请重新上传"])


class RejectReimbursement(Rejection, Command[ReimbursementView]):
    reimbursement_id: UUID


class ExportPayout(Command[JobState]):
    """Make the bank's file of every approved claim and mark those claims paid."""

    format: Literal["xlsx", "csv"] = "xlsx"


class PayoutView(View):
    """发放名册: one file for the bank."""

    id: str
    state: str
    progress: float = 0
    claims: int = 0
    amount_cents: int = 0
    file: BlobRef | None = None


class GetPayout(Query[PayoutView]):
    payout_id: str


class PayoutRow(View):
    """A line of the list of files."""

    id: str
    format: str
    claims: int
    amount_cents: int
    created_at: datetime
    created_by: str


class ListPayouts(PageRequest, Query[Page[PayoutRow]]):
    """The bank files made so far, newest first."""
