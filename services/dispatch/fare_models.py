"""Which rows dispatch keeps of fares and payouts, and who may see each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, column
from sqlmodel import Field

from services.dispatch.base import Table
from shared.contracts.dispatch import FareEntryKind, ReimbursementState, TravelMode
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned


class Reimbursement(Table, table=True):
    """车费报销单. One live claim a person, policy and year."""

    __tablename__ = "reimbursement"
    __policy__: ClassVar[Policy] = county_owned(writable_by=("hq", "worker"))
    __table_args__ = (
        Index(
            "reimbursement_once",
            "worker_id",
            "policy",
            "once_key",
            unique=True,
            postgresql_where=column("state").in_(["submitted", "approved", "paid"]),
        ),
        Index("reimbursement_listed", "submitted_at", "id"),
        Index("reimbursement_state", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(index=True)
    worker_id: UUID
    outpost: OutpostCode = text_enum(OutpostCode)
    policy: str
    policy_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    once_key: str
    year: int
    state: ReimbursementState = text_enum(ReimbursementState)
    claimed_cents: int = Field(sa_type=BigInteger)
    payable_cents: int = Field(sa_type=BigInteger)
    carried_cents: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    corrects: UUID | None = None
    submitted_at: datetime = timestamp()
    submitted_by: str
    first_approved_at: datetime | None = timestamp(nullable=True)
    first_approved_by: str | None = None
    decided_at: datetime | None = timestamp(nullable=True)
    decided_by: str | None = None
    reject_reason: str | None = None
    reverse_reason: str | None = None
    payout_id: UUID | None = Field(default=None, index=True)
    paid_at: datetime | None = timestamp(nullable=True)
    version: int = 1


class ReimbursementLeg(Table, table=True):
    """One ticket of a claim; a ticket belongs to one live claim in the whole county."""

    __tablename__ = "reimbursement_leg"
    __policy__: ClassVar[Policy] = county_owned(writable_by=("hq", "worker"))
    __table_args__ = (
        Index(
            "reimbursement_leg_ticket",
            "mode",
            "ticket_key",
            unique=True,
            postgresql_where=column("is_live").is_(True),
        ),
        Index("reimbursement_leg_travelled", "travelled_on"),
        Index("reimbursement_leg_photo", "photo_hash", postgresql_where=column("photo_hash").is_not(None)),
    )

    reimbursement_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    worker_id: UUID = Field(index=True)
    mode: TravelMode = text_enum(TravelMode)
    from_place: str
    to_place: str
    travelled_on: date
    amount_cents: int = Field(sa_type=BigInteger)
    ticket_no: str
    ticket_key: str
    photo: dict[str, Any] | None = jsonb(nullable=True)
    photo_hash: str | None = None
    is_live: bool = True


class Payout(Table, table=True):
    """发放名册: one file for the bank. Its id is the job's."""

    __tablename__ = "payout"
    __policy__: ClassVar[Policy] = hq_owned()

    id: UUID = Field(primary_key=True)
    format: str
    claims: int = 0
    amount_cents: int = Field(default=0, sa_type=BigInteger)
    file: dict[str, Any] | None = jsonb(nullable=True)
    created_at: datetime = timestamp()
    created_by: str


class FareEntry(Table, table=True):
    """One booking of money; a trigger keeps bookings from being changed or deleted. Their sum is what was paid."""

    __tablename__ = "fare_entry"
    __policy__: ClassVar[Policy] = county_owned(writable_by=("hq",))
    __table_args__ = (Index("fare_entry_listed", "booked_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reimbursement_id: UUID = Field(index=True)
    worker_id: UUID = Field(index=True)
    kind: FareEntryKind = text_enum(FareEntryKind)
    amount_cents: int = Field(sa_type=BigInteger)
    payout_id: UUID | None = Field(default=None, index=True)
    booked_at: datetime = timestamp()
    booked_by: str


class FarePolicyVersion(Table, table=True):
    """车费补助政策 that the county added after those that ship with the platform; never changed."""

    __tablename__ = "fare_policy_version"
    __policy__: ClassVar[Policy] = hq_owned(read=("worker",))

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rule: dict[str, Any] = jsonb()
    added_at: datetime = timestamp()
    added_by: str
