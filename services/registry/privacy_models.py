"""What people ask about their own data, restrictions, reasons to keep, and who read which record."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import PrivacyRequestState, PrivacyRight
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, custom, hq_owned

_ACTOR = "(select current_setting('app.actor', true))"
_OWN = "{kind} IN ('area', 'outpost', 'partner') AND actor = " + _ACTOR


class PrivacyRequest(Table, table=True):
    """权利请求. The answer is kept as long as the record is, and three years beyond (个人信息保护法 §56)."""

    __tablename__ = "privacy_request"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index("ix_privacy_request_listed", "due_on", "id"),
        Index("ix_privacy_request_worker", "worker_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    worker_id: UUID
    division: str
    right: PrivacyRight = text_enum(PrivacyRight)
    reason: str | None = None
    state: PrivacyRequestState = text_enum(PrivacyRequestState, default=PrivacyRequestState.open)
    requested_by: str
    requested_at: datetime = timestamp()
    due_on: date
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = timestamp(nullable=True)


class Restriction(Table, table=True):
    """限制处理. The one without an end is in force; `was_active` is what its lifting restores."""

    __tablename__ = "restriction"
    # The workers' own policy narrows the lookup to the area's people.
    __policy__: ClassVar[Policy] = hq_owned(
        read=("area",), where={"area": "worker_id IN (SELECT ours.id FROM registry.worker AS ours)"}
    )
    __table_args__ = (Index("ix_restriction_worker", "worker_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    reason: str
    was_active: bool
    begun_by: str
    begun_at: datetime = timestamp()
    lifted_by: str | None = None
    lifted_at: datetime | None = timestamp(nullable=True)
    lift_reason: str | None = None


class Look(Table, table=True):
    """One account's readings of one record on one day, counted."""

    __tablename__ = "look"
    __policy__: ClassVar[Policy] = custom(
        read="{kind} IN ('hq', 'service') OR ({kind} = 'worker' AND worker_id::text = {key}) OR (" + _OWN + ")",
        write="{kind} IN ('hq', 'service') OR (" + _OWN + ")",
    )
    __table_args__ = (Index("ix_look_listed", "on", "worker_id"),)

    worker_id: UUID = Field(primary_key=True)
    actor: str = Field(primary_key=True)
    on: date = Field(primary_key=True)
    what: str = Field(primary_key=True)
    scope: str
    times: int = 1
    first_at: datetime = timestamp()
    last_at: datetime = timestamp()


class RetentionHold(Table, table=True):
    """Why a record is kept beyond its time."""

    __tablename__ = "retention_hold"
    __policy__: ClassVar[Policy] = hq_owned()

    worker_id: UUID = Field(primary_key=True)
    reason: str
    until: date
    actor: str
    decided_at: datetime = timestamp()
