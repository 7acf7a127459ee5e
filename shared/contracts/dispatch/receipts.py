"""就业回执单: exactly one closes a dispatch order; and the placement 上岗 that a receipt confirms."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText


class ReceiptOutcome(StrEnum):
    started = "started"
    not_started = "not_started"


class NotStartedReason(StrEnum):
    """What an event may say; the free text stays in dispatch."""

    did_not_arrive = "did_not_arrive"
    worker_declined = "worker_declined"
    employer_declined = "employer_declined"
    health = "health"
    other = "other"


class EndReason(StrEnum):
    """Why a placement ended."""

    contract_ended = "contract_ended"
    worker_left = "worker_left"
    employer_ended = "employer_ended"
    job_transfer = "job_transfer"
    injury = "injury"
    other = "other"


class ReceiptView(View):
    """就业回执单."""

    id: UUID
    receipt_no: str = Field(examples=["HZ-2026-00001"], description="the order's number with HZ")
    order_id: UUID
    order_no: str
    worker_id: UUID
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    outcome: ReceiptOutcome
    started_on: date | None = None
    wage_cents: int | None = None
    reason_kind: NotStartedReason | None = None
    reason: str | None = None
    received_at: datetime
    received_from: str = Field(description="outpost | partner | paper", examples=["outpost"])
    placement_id: UUID | None = None


class ReceiptForm(BaseModel, extra="forbid"):
    """What a receipt says: started with the day (and the monthly wage), or not started with the reason."""

    outcome: ReceiptOutcome
    started_on: date | None = Field(default=None, examples=["2026-03-04"])
    wage_cents: Cents | None = Field(default=None, description="monthly wage agreed", examples=[480000])
    reason: CleanText | None = None
    reason_kind: NotStartedReason | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if self.outcome is ReceiptOutcome.started and self.started_on is None:
            raise ValueError("a receipt that says started needs started_on")
        if self.outcome is ReceiptOutcome.not_started:
            if self.reason is None and self.reason_kind is None:
                raise ValueError("a receipt that says not_started needs a reason")
            if self.started_on is not None:
                raise ValueError("a receipt that says not_started has no started_on")
        return self


class ReceiveReceipt(ReceiptForm, Command[ReceiptView]):
    """Close an order with its receipt."""

    order_id: UUID


class GetReceipt(Query[ReceiptView]):
    receipt_id: UUID


class ListReceipts(PageRequest, Query[Page[ReceiptView]]):
    """Receipts, newest first."""

    outpost: OutpostCode | None = None
    employer_id: UUID | None = None
    worker_id: UUID | None = None
    outcome: ReceiptOutcome | None = None


class PlacementView(View):
    """上岗: the time at work that a receipt confirmed."""

    id: UUID
    order_id: UUID
    worker_id: UUID
    employer_id: UUID
    posting_id: UUID
    outpost: OutpostCode
    started_on: date
    wage_cents: int | None
    ended_on: date | None = None
    end_reason: EndReason | None = None
    version: int


class ListPlacements(PageRequest, Query[Page[PlacementView]]):
    """Placements, the latest start first."""

    outpost: OutpostCode | None = None
    employer_id: UUID | None = None
    worker_id: UUID | None = None
    is_current: bool | None = None


class PlacementEnd(BaseModel, extra="forbid"):
    ended_on: date = Field(description="the first day without the work")
    reason: EndReason


class EndPlacement(PlacementEnd, Command[PlacementView]):
    """Record that somebody left work."""

    placement_id: UUID
