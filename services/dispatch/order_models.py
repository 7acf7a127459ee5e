"""Which rows dispatch keeps of orders, receipts and placements, and who may see each.

An outpost sees a worker's rows while a grant says so; an employer, of those, the rows that name it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, column
from sqlmodel import Field

from services.dispatch.base import Table
from shared.contracts.dispatch import (
    CancelReason,
    EndReason,
    NotStartedReason,
    OrderState,
    ReceiptOutcome,
    Transport,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import KEY, KIND, Policy, county_owned, hq_owned

OPEN_STATES = (OrderState.issued, OrderState.on_the_way)


def _named_employer(lent: Policy) -> Policy:
    """An employer sees only what concerns itself, not a worker's earlier employers."""
    own = f"{KIND} <> 'partner' OR employer_id::text = {KEY}"
    return Policy(read=f"({lent.read}) AND ({own})", write=f"({lent.write}) AND ({own})", uses_grants=True)


def _about_order(*, division: str | None = None) -> Policy:
    return _named_employer(county_owned(division=division, partner=True, writable_by=("hq", "outpost", "partner")))


class OrderCounter(Table, table=True):
    """The last number given in a series and year; its row lock is what leaves no gap."""

    __tablename__ = "order_counter"
    __policy__: ClassVar[Policy] = hq_owned()

    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class DispatchOrder(Table, table=True):
    """劳务输出派遣单. Everything but its state is frozen at issue; a trigger holds the database to that."""

    __tablename__ = "dispatch_order"
    __policy__: ClassVar[Policy] = _about_order(division="division")
    __table_args__ = (
        Index(
            "dispatch_order_one_open",
            "worker_id",
            unique=True,
            postgresql_where=column("state").in_([state.value for state in OPEN_STATES]),
        ),
        Index("dispatch_order_listed", "issued_at", "id"),
        Index("dispatch_order_departing", "state", "depart_on"),
        Index("dispatch_order_posting", "posting_id"),
    )

    id: UUID = Field(primary_key=True)
    order_no: str = Field(unique=True)
    worker_id: UUID = Field(index=True)
    posting_id: UUID
    employer_id: UUID = Field(index=True)
    agreement_id: UUID | None = None
    recommendation_id: UUID | None = None
    reason: str | None = None
    replaces: UUID | None = None
    outpost: OutpostCode = text_enum(OutpostCode, index=True)
    division: str
    depart_on: date
    transport: Transport = text_enum(Transport)
    posting_title: str
    employer_name: str | None = None
    wage_min_cents: int | None = Field(default=None, sa_type=BigInteger)
    wage_max_cents: int | None = Field(default=None, sa_type=BigInteger)
    wage_unit: str | None = None
    issued_at: datetime = timestamp()
    issued_by: str
    state: OrderState = text_enum(OrderState)
    cancelled_at: datetime | None = timestamp(nullable=True)
    cancel_kind: CancelReason | None = text_enum(CancelReason, default=None, nullable=True)
    cancel_reason: str | None = None
    closed_at: datetime | None = timestamp(nullable=True)
    overdue_level: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    version: int = 1


class LaborContract(Table, table=True):
    """劳务合同: the facts of the paper that an order led to, and of those that followed it."""

    __tablename__ = "labor_contract"
    __policy__: ClassVar[Policy] = _about_order()
    __table_args__ = (
        UniqueConstraint("order_id", "number", name="labor_contract_numbered"),
        Index("labor_contract_ending", "ends_on", postgresql_where=column("is_latest").is_(True)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID
    number: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    is_latest: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    worker_id: UUID = Field(index=True)
    employer_id: UUID
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    starts_on: date
    ends_on: date | None = None
    wage_cents: int = Field(sa_type=BigInteger)
    has_social_insurance: bool
    has_injury_cover: bool
    scan: dict[str, Any] | None = jsonb(nullable=True)
    recorded_at: datetime = timestamp()
    recorded_by: str
    expiry_told_at: datetime | None = timestamp(nullable=True)


class EmploymentReceipt(Table, table=True):
    """就业回执单. One order, one receipt: the unique column is the rule."""

    __tablename__ = "employment_receipt"
    __policy__: ClassVar[Policy] = _about_order()
    __table_args__ = (
        UniqueConstraint("order_id", name="employment_receipt_one_an_order"),
        Index("employment_receipt_listed", "received_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    receipt_no: str = Field(unique=True)
    order_id: UUID
    order_no: str
    worker_id: UUID = Field(index=True)
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode = text_enum(OutpostCode)
    outcome: ReceiptOutcome = text_enum(ReceiptOutcome)
    started_on: date | None = None
    wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    reason_kind: NotStartedReason | None = text_enum(NotStartedReason, default=None, nullable=True)
    reason: str | None = None
    received_at: datetime = timestamp()
    received_from: str
    received_by: str
    placement_id: UUID | None = None


class Placement(Table, table=True):
    """上岗 (输出就业)."""

    __tablename__ = "placement"
    __policy__: ClassVar[Policy] = _about_order()
    __table_args__ = (Index("placement_listed", "started_on", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(unique=True)
    worker_id: UUID = Field(index=True)
    employer_id: UUID
    posting_id: UUID
    outpost: OutpostCode = text_enum(OutpostCode)
    started_on: date
    wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    ended_on: date | None = None
    end_reason: EndReason | None = text_enum(EndReason, default=None, nullable=True)
    months_told: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    contract_asked_at: datetime | None = timestamp(nullable=True)
    version: int = 1


class KnownWorker(Table, table=True):
    """What dispatch has heard of a worker from registry."""

    __tablename__ = "known_worker"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=())

    worker_id: UUID = Field(primary_key=True)
    division: str
    is_active: bool
    withdrawn: list[str] = jsonb(list)
    consents: list[str] | None = jsonb(nullable=True)
    birth_year: int | None = None
    merged_into: UUID | None = None


class KnownAnswer(Table, table=True):
    """A worker's last answer to a recommendation of a posting."""

    __tablename__ = "known_answer"
    __policy__: ClassVar[Policy] = county_owned(writable_by=())
    __table_args__ = (Index("known_answer_worker", "worker_id", "posting_id"),)

    recommendation_id: UUID = Field(primary_key=True)
    worker_id: UUID
    posting_id: UUID
    is_accepted: bool
    answered_at: datetime = timestamp()
