"""What grid leaders note and ask for: visits, and changes that somebody else decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import ChangeRequestState, RecordSource, VisitKind, VisitOutcome
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned


class Visit(Table, table=True):
    """走访. A mistake is voided, not deleted."""

    __tablename__ = "visit"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index("ix_visit_worker", "worker_id", "visited_on"),
        Index("ix_visit_listed", "visited_on", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    division: str
    kind: VisitKind = text_enum(VisitKind)
    outcome: VisitOutcome = text_enum(VisitOutcome)
    visited_on: date
    needs: list[str] = jsonb(list)
    note: bytes | None = Field(default=None, description="sealed under the worker's key")
    next_visit_on: date | None = None
    actor: str
    recorded_at: datetime = timestamp()
    voided_at: datetime | None = timestamp(nullable=True)
    void_reason: str | None = None


class ChangeRequest(Table, table=True):
    """变更申请. `asked` is the form and `found` what the touched facts were, both sealed under the worker's key."""

    __tablename__ = "change_request"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index("ix_change_request_listed", "requested_at", "id"),
        Index("ix_change_request_worker", "worker_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    worker_id: UUID
    division: str
    state: ChangeRequestState = text_enum(ChangeRequestState, default=ChangeRequestState.pending)
    fields: list[str] = jsonb(list)
    asked: bytes | None = None
    found: bytes | None = None
    source: RecordSource = text_enum(RecordSource)
    requested_by: str
    requested_at: datetime = timestamp()
    decided_by: str | None = None
    decided_at: datetime | None = timestamp(nullable=True)
    decision: str | None = None
