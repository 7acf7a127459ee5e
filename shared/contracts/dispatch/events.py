"""What dispatch tells the others: ids, days, states and amounts only."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Event
from shared.contracts.dispatch.flexible import FlexibleEnd
from shared.contracts.dispatch.labor_contracts import ContractConcern
from shared.contracts.dispatch.orders import CancelReason
from shared.contracts.dispatch.receipts import EndReason, NotStartedReason, ReceiptOutcome
from shared.contracts.dispatch.trips import SeatLost
from shared.contracts.scopes import OutpostCode


class DispatchOrderIssued(Event):
    topic: ClassVar[str] = "dispatch_order.issued"
    aggregate: ClassVar[str] = "order_id"

    order_id: UUID
    order_no: str
    worker_id: UUID
    posting_id: UUID
    employer_id: UUID
    agreement_id: UUID | None = None
    outpost: OutpostCode
    depart_on: date
    division: str
    recommendation_id: UUID | None = None
    replaces: UUID | None = None


class DispatchOrderCancelled(Event):
    topic: ClassVar[str] = "dispatch_order.cancelled"
    aggregate: ClassVar[str] = "order_id"

    order_id: UUID
    worker_id: UUID
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    reason: CancelReason


class LaborContractRecorded(Event):
    topic: ClassVar[str] = "labor_contract.recorded"
    aggregate: ClassVar[str] = "order_id"

    contract_id: UUID
    order_id: UUID
    worker_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    starts_on: date
    ends_on: date | None
    wage_cents: int


class LaborContractDue(Event):
    """A contract is missing a month after the start, or ends within thirty days."""

    topic: ClassVar[str] = "labor_contract.due"
    aggregate: ClassVar[str] = "order_id"

    order_id: UUID
    worker_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    concern: ContractConcern
    ends_on: date | None = None


class TripPlanned(Event):
    topic: ClassVar[str] = "trip.planned"
    aggregate: ClassVar[str] = "trip_id"
    about_worker: ClassVar[str | None] = None

    trip_id: UUID
    outposts: list[OutpostCode]
    depart_at: datetime
    seats: int


class TripCancelled(Event):
    topic: ClassVar[str] = "trip.cancelled"
    aggregate: ClassVar[str] = "trip_id"
    about_worker: ClassVar[str | None] = None

    trip_id: UUID
    outposts: list[OutpostCode]


class TripDeparted(Event):
    topic: ClassVar[str] = "trip.departed"
    aggregate: ClassVar[str] = "trip_id"
    about_worker: ClassVar[str | None] = None

    trip_id: UUID
    outposts: list[OutpostCode]
    departed_at: datetime
    boarded: int
    missed_worker_ids: list[UUID]


class TripArrived(Event):
    topic: ClassVar[str] = "trip.arrived"
    aggregate: ClassVar[str] = "trip_id"
    about_worker: ClassVar[str | None] = None

    trip_id: UUID
    outpost: OutpostCode
    arrived_at: datetime


class WorkerBoarded(Event):
    topic: ClassVar[str] = "worker.boarded"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    boarded_at: datetime


class SeatConfirmed(Event):
    """A seat is firm: given, confirmed in time, or moved up to from the waiting list."""

    topic: ClassVar[str] = "seat.confirmed"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    seat_no: int
    boards_at: datetime
    pickup: str | None
    is_moved_up: bool


class SeatReleased(Event):
    """A seat or a waiting place is gone; the order stays open for another coach."""

    topic: ClassVar[str] = "seat.released"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    because: SeatLost


class WorkerMissed(Event):
    """The coach left without somebody who had a seat."""

    topic: ClassVar[str] = "worker.missed"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    missed_at: datetime


class WorkerArrived(Event):
    """The coach reached the outpost with this person on it."""

    topic: ClassVar[str] = "worker.arrived"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    arrived_at: datetime


class WorkerHandedOver(Event):
    topic: ClassVar[str] = "worker.handed_over"
    aggregate: ClassVar[str] = "order_id"

    worker_id: UUID
    order_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    handed_over_at: datetime


class EmploymentReceiptReceived(Event):
    topic: ClassVar[str] = "employment_receipt.received"
    aggregate: ClassVar[str] = "order_id"

    receipt_id: UUID
    order_id: UUID
    worker_id: UUID
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    outcome: ReceiptOutcome
    started_on: date | None = None
    wage_cents: int | None = None
    reason: NotStartedReason | None = None


class EmploymentReceiptOverdue(Event):
    """No receipt seven days after the departure (level 1, the outpost's), or fourteen (level 2, headquarters')."""

    topic: ClassVar[str] = "employment_receipt.overdue"
    aggregate: ClassVar[str] = "order_id"

    order_id: UUID
    order_no: str
    worker_id: UUID
    employer_id: UUID
    outpost: OutpostCode
    level: int
    depart_on: date


class PlacementStarted(Event):
    topic: ClassVar[str] = "placement.started"
    aggregate: ClassVar[str] = "order_id"

    placement_id: UUID
    order_id: UUID
    worker_id: UUID
    employer_id: UUID
    posting_id: UUID
    outpost: OutpostCode
    started_on: date
    wage_cents: int | None


class PlacementEnded(Event):
    topic: ClassVar[str] = "placement.ended"
    aggregate: ClassVar[str] = "order_id"

    placement_id: UUID
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    ended_on: date
    reason: EndReason


class PlacementMonthCompleted(Event):
    """在岗满一个月: one more month at the same work, with the wage that the receipt named for it."""

    topic: ClassVar[str] = "placement.month_completed"
    aggregate: ClassVar[str] = "order_id"

    placement_id: UUID
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    month: int
    completed_on: date
    wage_cents: int | None


class PlacementMonthWithdrawn(Event):
    """A month that was told and was not stayed: the end became known later than it came."""

    topic: ClassVar[str] = "placement.month_withdrawn"
    aggregate: ClassVar[str] = "order_id"

    placement_id: UUID
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    month: int
    completed_on: date
    wage_cents: int | None


class FlexiblePlacementStarted(Event):
    """县内灵活就业: somebody works by the day from now on."""

    topic: ClassVar[str] = "flexible_placement.started"
    aggregate: ClassVar[str] = "placement_id"

    placement_id: UUID
    worker_id: UUID
    division: str
    employer_id: UUID | None = None
    started_on: date
    day_pay_cents: int


class FlexiblePlacementMonthCompleted(Event):
    """A month's days are closed: what was worked and paid in it."""

    topic: ClassVar[str] = "flexible_placement.month_completed"
    aggregate: ClassVar[str] = "placement_id"

    placement_id: UUID
    worker_id: UUID
    completed_on: date
    half_days: int
    pay_cents: int


class FlexiblePlacementEnded(Event):
    topic: ClassVar[str] = "flexible_placement.ended"
    aggregate: ClassVar[str] = "placement_id"

    placement_id: UUID
    worker_id: UUID
    ended_on: date
    reason: FlexibleEnd


class ReimbursementApproved(Event):
    topic: ClassVar[str] = "reimbursement.approved"
    aggregate: ClassVar[str] = "reimbursement_id"

    reimbursement_id: UUID
    order_id: UUID
    worker_id: UUID
    amount_cents: int


class ReimbursementReversed(Event):
    """An approval or a payment was taken back, or replaced by a corrected claim."""

    topic: ClassVar[str] = "reimbursement.reversed"
    aggregate: ClassVar[str] = "reimbursement_id"

    reimbursement_id: UUID
    order_id: UUID
    worker_id: UUID
    amount_cents: int
