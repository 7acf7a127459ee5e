"""Visits of liaison officers to employers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from services.postings.base import Table
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import outpost_owned


class EmployerVisit(Table, table=True):
    """岗位开发. `met_with` names a person and is sealed; `photos` are blobs with a number each."""

    __tablename__ = "employer_visit"
    __table_args__ = (Index("ix_employer_visit_listed", "outpost", "visited_on", "id"),)
    __policy__: ClassVar = outpost_owned(hq="read")

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    employer_id: UUID | None = Field(default=None, foreign_key="postings.employer.id", index=True)
    employer_name: str
    visited_on: date
    officer: str
    met_with: bytes | None = Field(default=None, sa_type=LargeBinary)
    summary: str
    openings: int = 0
    photos: list[dict[str, Any]] = jsonb(list)
    next_visit_on: date | None = None
    version: int = 1
    created_at: datetime = timestamp()
