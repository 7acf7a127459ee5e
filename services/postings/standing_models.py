"""An employer's standing: blacklistings, who was sent to it, and the rights cases of its workers."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, col

from services.postings.base import Table
from shared.contracts.dispatch import EndReason, NotStartedReason, ReceiptOutcome
from shared.contracts.postings.standing import AppealState
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import hq_owned

_OF_PARTNER = {"partner": "employer_id::text = {key}"}


class Blacklisting(Table, table=True):
    """黑名单: one time, with its reason, the appeal, and what was decided. The employer writes its appeal alone."""

    __tablename__ = "blacklisting"
    __table_args__ = (Index("ix_blacklisting_listed", "blocked_at", "id"),)
    __policy__: ClassVar = hq_owned(write=("partner",), where=_OF_PARTNER)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    reason: str
    blocked_at: datetime = timestamp()
    blocked_by: str
    confirmed_at: datetime | None = timestamp(nullable=True)
    confirmed_by: str | None = None
    appeal_state: AppealState = text_enum(AppealState, default=AppealState.none)
    appeal: str | None = None
    appealed_at: datetime | None = timestamp(nullable=True)
    decision: str | None = None
    decided_at: datetime | None = timestamp(nullable=True)
    decided_by: str | None = None
    lifted_at: datetime | None = timestamp(nullable=True)
    lifted_reason: str | None = None
    version: int = 1


class EmployerHire(Table, table=True):
    """One dispatch order as the employer's record has it. Events of the order, its receipt and its placement come in
    any order, so each fills its own columns."""

    __tablename__ = "employer_hire"
    __table_args__ = (Index("ix_employer_hire_listed", "employer_id", "at", "order_id"),)
    __policy__: ClassVar = hq_owned(read=("partner",), where=_OF_PARTNER)

    order_id: UUID = Field(primary_key=True)
    employer_id: UUID | None = None
    posting_id: UUID | None = None
    worker_id: UUID
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    at: datetime = timestamp()
    depart_on: date | None = None
    is_cancelled: bool = False
    receipt: ReceiptOutcome | None = text_enum(ReceiptOutcome, default=None, nullable=True)
    receipt_reason: NotStartedReason | None = text_enum(NotStartedReason, default=None, nullable=True)
    started_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = text_enum(EndReason, default=None, nullable=True)


class EmployerCase(Table, table=True):
    """A rights case against an employer: that there is one, and how it ended; what it is about stays in outposts."""

    __tablename__ = "employer_case"
    __policy__: ClassVar = hq_owned()

    case_id: UUID = Field(primary_key=True)
    employer_id: UUID | None = None
    is_open: bool = True
    recovered_cents: int = Field(default=0, sa_type=BigInteger)


Index("ix_employer_case_employer", col(EmployerCase.employer_id))
