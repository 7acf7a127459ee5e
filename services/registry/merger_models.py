"""Two records of one person: mergers, and pairs that were found to be two people."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import MergerState
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned


class WorkerMerger(Table, table=True):
    """合并. `added` is what the record that stays got, as JSON sealed under its key: what an undoing takes back."""

    __tablename__ = "worker_merger"
    __policy__: ClassVar[Policy] = hq_owned()
    __table_args__ = (
        Index("ix_worker_merger_listed", "merged_at", "id"),
        Index("ix_worker_merger_into", "into_worker_id"),
        Index("ix_worker_merger_worker", "worker_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    into_worker_id: UUID
    state: MergerState = text_enum(MergerState, default=MergerState.provisional)
    was_active: bool
    added: bytes | None = None
    reason: str
    merged_by: str
    merged_at: datetime = timestamp()
    settled_by: str | None = None
    settled_at: datetime | None = timestamp(nullable=True)
    undo_reason: str | None = None


# The workers' own policy narrows the lookup to the area's people.
ONE_OF_OURS = (
    "worker_id IN (SELECT ours.id FROM registry.worker AS ours) "
    "OR other_worker_id IN (SELECT ours.id FROM registry.worker AS ours)"
)


class DistinctPair(Table, table=True):
    """Two people who were taken for one, in the order of their ids."""

    __tablename__ = "distinct_pair"
    __policy__: ClassVar[Policy] = hq_owned(write=("area",), where={"area": ONE_OF_OURS})

    worker_id: UUID = Field(primary_key=True)
    other_worker_id: UUID = Field(primary_key=True)
    reason: str
    actor: str
    confirmed_at: datetime = timestamp()
