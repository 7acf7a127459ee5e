"""车费补助政策 and the money of 车费报销: policy versions, bookings, findings across people, corrections."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.dispatch.reimbursements import Leg, ReimbursementView
from shared.contracts.types import Cents, CleanText, ShortText


class FarePolicyForm(BaseModel, extra="forbid"):
    """One dated rule: what is repaid, how often, after how much work."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$", examples=["guizhou-cross-province"])
    name: ShortText
    valid_from: date
    valid_to: date | None = None
    crosses_province: bool = Field(description="for destinations outside Guizhou, or for those within")
    cap_cents: int = Field(gt=0, le=10_000_00)
    per: Literal["year", "order"] = Field(description="paid once a year, or once an order")
    months_of_work: int = Field(ge=0, le=24)
    minimum_age: int = Field(default=16, ge=16, le=60)
    excludes_chartered_seat: bool = True
    four_eyes_above_cents: Cents | None = Field(
        default=None, description="a claim that pays more is approved by two people; null: one suffices"
    )
    source: CleanText

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class FarePolicy(FarePolicyForm, View):
    """A version of a policy. Of several that hold on a day the latest version counts; none is ever changed."""

    version: int = 1


class FarePolicies(View):
    items: list[FarePolicy]


class ListFarePolicies(Query[FarePolicies]):
    """Every version of every policy."""


class AddFarePolicy(FarePolicyForm, Command[FarePolicy]):
    """Add a version of a policy (or a new policy). Claims keep the version under which they were submitted."""


class FindingKind(StrEnum):
    """What looks like one journey repaid to several people."""

    same_photo = "same_photo"
    same_number_other_mode = "same_number_other_mode"
    lookalike_number = "lookalike_number"


class FareFinding(View):
    """Something about a leg that a person has to look at before the claim is approved."""

    kind: FindingKind
    position: int = Field(description="the leg, counted from 1")
    other_reimbursement_id: UUID
    other_position: int


class FareFindings(View):
    items: list[FareFinding]


class FindFareDuplicates(Query[FareFindings]):
    """What in other people's live claims resembles the legs of this one."""

    reimbursement_id: UUID


class Reversal(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["银行退回: 卡号注销"])


class ReverseReimbursement(Reversal, Command[ReimbursementView]):
    """Take an approval or a payment back: what was paid is booked as owed, tickets and year are free again."""

    reimbursement_id: UUID


class Correction(BaseModel, extra="forbid"):
    legs: list[Leg] = Field(min_length=1, max_length=10)
    reason: CleanText = Field(examples=["票价录错"])


class CorrectReimbursement(Correction, Command[ReimbursementView]):
    """Replace a claim by a corrected one; what the old one has paid counts against what the new one pays."""

    reimbursement_id: UUID


class AttachTicketPhoto(Command[ReimbursementView]):
    """Keep the photo of one ticket of a submitted claim."""

    reimbursement_id: UUID
    position: int = Field(ge=1, le=10)
    photo: BlobRef


class FareEntryKind(StrEnum):
    """paid by a bank file; reversed: the person owes it back (or the bank returned it)."""

    paid = "paid"
    reversed = "reversed"


class FareEntryView(View):
    """One booking; bookings are only ever added."""

    id: UUID
    reimbursement_id: UUID
    worker_id: UUID
    kind: FareEntryKind
    amount_cents: int = Field(description="positive: paid out; negative: taken back")
    payout_id: UUID | None = None
    booked_at: datetime
    booked_by: str


class ListFareEntries(PageRequest, Query[Page[FareEntryView]]):
    """The bookings, newest first: their sum is what the county has paid."""

    worker_id: UUID | None = None
    reimbursement_id: UUID | None = None
    payout_id: UUID | None = None
    booked_from: date | None = None
    booked_to: date | None = None
