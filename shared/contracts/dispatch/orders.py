"""派遣单: the dispatch order, numbered and immutable after issue, and the labour contract it leads to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import BlobRef, Command, JobState, Nothing, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText, DivisionCode

ORDER_ID = "0198c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3"
WORKER_ID = "0198c1d2-1111-7a5b-8c6d-7e8f90a1b2c3"


class OrderState(StrEnum):
    """issued -> on_the_way -> closed, or issued -> closed by own fare, or issued -> cancelled."""

    issued = "issued"
    on_the_way = "on_the_way"
    closed = "closed"
    cancelled = "cancelled"


class Transport(StrEnum):
    """组织包车 or 自行前往."""

    coach = "coach"
    own_fare = "own_fare"


class CancelReason(StrEnum):
    """What an event may say about a cancellation; the free text stays in dispatch."""

    worker_declined = "worker_declined"
    employer_withdrew = "employer_withdrew"
    reissued = "reissued"
    illness = "illness"
    no_show = "no_show"
    consent_withdrawn = "consent_withdrawn"
    other = "other"


class CustodyKind(StrEnum):
    """“点对点”输出: the steps from the home stop to the hand-over."""

    boarded = "boarded"
    missed = "missed"
    arrived = "arrived"
    handed_over = "handed_over"


class CustodyEvent(View):
    """One step of the hand-over chain 点对点交接."""

    kind: CustodyKind
    at: datetime
    trip_id: UUID | None = None
    outpost: OutpostCode | None = None


class LaborContractView(View):
    """劳务合同: the facts and the hash of the scan, not the paper itself."""

    id: UUID
    order_id: UUID
    worker_id: UUID
    employer_id: UUID
    starts_on: date
    ends_on: date | None
    wage_cents: Cents
    has_social_insurance: bool
    has_injury_cover: bool
    scan: BlobRef | None = None
    number: int = Field(default=1, description="1 for the first contract of an order, 2 for its renewal")
    recorded_at: datetime


class DispatchOrderRow(View):
    """A line of the list of orders."""

    id: UUID = Field(examples=[ORDER_ID])
    order_no: str = Field(examples=["PQ-2026-00001"])
    worker_id: UUID = Field(examples=[WORKER_ID])
    posting_id: UUID
    employer_id: UUID
    posting_title: str = Field(examples=["电子装配工"])
    outpost: OutpostCode
    division: str = Field(
        description="the worker's township or village when the order was issued", examples=["522631104"]
    )
    depart_on: date
    transport: Transport
    state: OrderState
    issued_at: datetime
    is_receipt_overdue: bool = Field(default=False, description="no receipt seven days after the day of departure")
    overdue_level: int = Field(default=0, description="1: the outpost was asked for the receipt, 2: headquarters was")


class DispatchOrderView(DispatchOrderRow):
    """派遣单 with what happened to it."""

    agreement_id: UUID | None = None
    recommendation_id: UUID | None = None
    reason: str | None = Field(default=None, description="why it was issued without an accepted recommendation")
    replaces: UUID | None = Field(default=None, description="the cancelled order that this one replaces")
    employer_name: str | None = None
    wage_min_cents: int | None = None
    wage_max_cents: int | None = None
    wage_unit: str | None = None
    cancelled_at: datetime | None = None
    cancel_kind: CancelReason | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    receipt_id: UUID | None = None
    trip_id: UUID | None = None
    seat_no: int | None = None
    contract: LaborContractView | None = None
    custody: list[CustodyEvent] = Field(default_factory=list)
    version: int = 1


class IssueDispatchOrder(Command[DispatchOrderView]):
    """Issue a numbered order and take one opening. Refused without an accepted recommendation or a named reason."""

    worker_id: UUID = Field(examples=[WORKER_ID])
    posting_id: UUID
    outpost: OutpostCode = Field(examples=["dongguan"])
    depart_on: date = Field(examples=["2026-03-02"])
    transport: Transport = Transport.coach
    reason: CleanText | None = Field(default=None, examples=["本人到服务站现场要求前往"])
    replaces: UUID | None = Field(default=None, description="cancel and reissue: the cancelled order")


class CheckDispatchOrder(Query[Nothing]):
    """Ask whether an order could be issued now, so that no opening is reserved for one that cannot."""

    worker_id: UUID
    posting_id: UUID
    depart_on: date
    reason: CleanText | None = None
    replaces: UUID | None = None


class OrderCancellation(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["家中有事, 改期"])
    kind: CancelReason = CancelReason.other


class CancelDispatchOrder(OrderCancellation, Command[DispatchOrderView]):
    """Cancel an order that nobody has boarded with; gives the opening and the seat back."""

    order_id: UUID


class GetDispatchOrder(Query[DispatchOrderView]):
    order_id: UUID


class ListDispatchOrders(PageRequest, Query[Page[DispatchOrderRow]]):
    """Orders, newest first. `order_ids` narrows to those of them that the caller may see."""

    state: OrderState | None = None
    outpost: OutpostCode | None = None
    worker_id: UUID | None = None
    employer_id: UUID | None = None
    posting_id: UUID | None = None
    division: DivisionCode | None = Field(default=None, description="this division and everything under it")
    depart_from: date | None = None
    depart_to: date | None = None
    is_receipt_overdue: bool | None = None
    is_contract_missing: bool | None = None
    is_without_seat: bool | None = None
    order_ids: list[UUID] | None = Field(default=None, max_length=500)


class OrderPresence(View):
    """Whether an order id was used, and how the order stands."""

    order_id: UUID
    exists: bool
    state: OrderState | None = None
    holds_opening: bool = Field(description="true while the order is open or closed as started")


class OrderExists(Query[OrderPresence]):
    """Asked by postings before it gives up an expired reservation."""

    order_id: UUID


class LaborContractForm(BaseModel, extra="forbid"):
    starts_on: date = Field(examples=["2026-03-04"])
    ends_on: date | None = Field(default=None, examples=["2028-03-03"], description="null: without a fixed term")
    wage_cents: Cents = Field(description="a month, integer fen")
    has_social_insurance: bool = Field(description="社会保险")
    has_injury_cover: bool = Field(description="工伤保险")
    scan: BlobRef | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on lies before starts_on")
        return self


class RecordLaborContract(LaborContractForm, Command[LaborContractView]):
    """Record the facts of the signed labour contract of an order."""

    order_id: UUID


class PrintDispatchOrders(Command[JobState]):
    """Print orders as one PDF, one A4 page each, with the signed receipt link as a QR code."""

    order_ids: list[UUID] = Field(min_length=1, max_length=500)
