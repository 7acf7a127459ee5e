"""Tables of merged employers: which two, and what went over, so that it can go back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.postings.base import Table
from shared.kit.tables import jsonb, new_id, timestamp
from shared.kit.tenancy import hq_owned


class EmployerMerger(Table, table=True):
    __tablename__ = "employer_merger"
    __table_args__ = (Index("ix_employer_merger_listed", "merged_at", "id"),)
    __policy__: ClassVar = hq_owned()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    into_employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    reason: str
    moved: dict[str, Any] = jsonb()
    merged_at: datetime = timestamp()
    merged_by: str
    undone_at: datetime | None = timestamp(nullable=True)
    undone_by: str | None = None
    undone_reason: str | None = None


class EmployerMergerRow(Table, table=True):
    """One row that went over; `former` is a name that it had to give up there (a feed's source)."""

    __tablename__ = "employer_merger_row"
    __policy__: ClassVar = hq_owned()

    merger_id: UUID = Field(primary_key=True, foreign_key="postings.employer_merger.id")
    kind: str = Field(primary_key=True)
    row_id: UUID = Field(primary_key=True)
    former: str | None = None
