"""Who lives with whom, and further ways to reach a person. A row that holds no longer is ended, not deleted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import ContactKind, HouseholdRelation, RecordSource
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned


class HouseholdMember(Table, table=True):
    """家庭户成员. `members_total` stands in the head's row."""

    __tablename__ = "household_member"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index("ix_household_member_worker", "worker_id"),
        Index("ix_household_member_household", "household_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: UUID
    worker_id: UUID
    division: str
    relation: HouseholdRelation = text_enum(HouseholdRelation)
    members_total: int | None = None
    actor: str
    recorded_at: datetime = timestamp()
    ended_at: datetime | None = timestamp(nullable=True)


class WorkerContact(Table, table=True):
    """联系方式 beside the phone. `details` is the form as JSON, sealed under the worker's key."""

    __tablename__ = "worker_contact"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (Index("ix_worker_contact_worker", "worker_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    division: str
    kind: ContactKind = text_enum(ContactKind)
    details: bytes | None = None
    source: RecordSource = text_enum(RecordSource)
    actor: str
    recorded_at: datetime = timestamp()
    ended_at: datetime | None = timestamp(nullable=True)
    ended_by: str | None = None
