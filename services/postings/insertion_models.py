"""The table of insertions between matching runs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.postings.base import Table
from shared.kit.tables import timestamp
from shared.kit.tenancy import hq_owned


class Insertion(Table, table=True):
    """One insertion. Who changed after `upto` is for the next one."""

    __tablename__ = "insertion"
    __table_args__ = (Index("ix_insertion_listed", "at", "id"),)
    __policy__: ClassVar = hq_owned()

    id: UUID = Field(primary_key=True)
    matching_id: UUID = Field(foreign_key="postings.matching.id")
    seekers: int
    covered: int
    recommendations: int
    upto: datetime = timestamp()
    at: datetime = timestamp()
