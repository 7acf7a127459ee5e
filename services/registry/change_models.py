"""What was changed in a record: one row a change, with the values it replaced, sealed under the worker's key."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import RecordSource
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned


class WorkerChange(Table, table=True):
    """`former` holds the values before the change, by field, as sealed JSON: erasure destroys them with the key."""

    __tablename__ = "worker_change"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (Index("ix_worker_change_worker", "worker_id", "recorded_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    version: int
    division: str
    valid_from: date
    recorded_at: datetime = timestamp()
    changed: list[str] = jsonb(list)
    former: bytes | None = None
    source: RecordSource = text_enum(RecordSource)
    actor: str
    reason: str | None = None
