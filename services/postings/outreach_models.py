"""Tables of 送岗下村: the event, its pack of postings, who came, and what they wanted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.postings.base import Table
from shared.contracts.postings.outreach import OutreachState
from shared.contracts.postings.presence import EntryWay, WishOutcome
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import county_owned, hq_owned

# A grid leader sees the events of the own grid and those of the township around it.
_AREA = "division LIKE {key} || '%' OR {key} LIKE division || '%'"


class VillageOutreach(Table, table=True):
    """送岗下村. `walk_ins` and `summary` are what the staff report at the end; every other figure is counted."""

    __tablename__ = "outreach"
    __table_args__ = (Index("ix_outreach_listed", "starts_at", "id"), Index("ix_outreach_division", "division"))
    __policy__: ClassVar = hq_owned(read=("area",), write=("area",), where={"area": _AREA})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    division: str
    village: str | None = None
    title: str
    venue: str
    starts_at: datetime = timestamp(default_now=False)
    ends_at: datetime = timestamp(default_now=False)
    plan: str | None = None
    staff: list[dict[str, Any]] = jsonb(list)
    state: OutreachState = text_enum(OutreachState, default=OutreachState.planned)
    walk_ins: int = 0
    summary: str | None = None
    cancelled_because: str | None = None
    planned_by: str
    created_at: datetime = timestamp()
    closed_at: datetime | None = timestamp(nullable=True)
    version: int = 1


class OutreachPosting(Table, table=True):
    """One posting of the pack under the number that stands on paper; a number is never given twice."""

    __tablename__ = "outreach_posting"
    __table_args__ = (UniqueConstraint("outreach_id", "number"),)
    __policy__: ClassVar = hq_owned(read=("area",), write=("area",), where={"area": _AREA})

    outreach_id: UUID = Field(primary_key=True, foreign_key="postings.outreach.id")
    posting_id: UUID = Field(primary_key=True, foreign_key="postings.posting.id")
    number: int
    division: str
    is_dropped: bool = False


class OutreachAttendance(Table, table=True):
    """Who came. `division` is the worker's."""

    __tablename__ = "outreach_attendance"
    __table_args__ = (
        Index("ix_outreach_attendance_listed", "outreach_id", "came_at", "worker_id"),
        Index("ix_outreach_attendance_worker", "worker_id"),
    )
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area"))

    outreach_id: UUID = Field(primary_key=True, foreign_key="postings.outreach.id")
    worker_id: UUID = Field(primary_key=True)
    division: str
    came_by: EntryWay = text_enum(EntryWay)
    came_at: datetime = timestamp()
    recorded_by: str


class OutreachWish(Table, table=True):
    """现场意向: what somebody wanted there, and what came of it."""

    __tablename__ = "outreach_wish"
    __table_args__ = (
        Index("ix_outreach_wish_listed", "outreach_id", "recorded_at", "worker_id"),
        Index("ix_outreach_wish_worker", "worker_id"),
    )
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area"))

    outreach_id: UUID = Field(primary_key=True, foreign_key="postings.outreach.id")
    worker_id: UUID = Field(primary_key=True)
    posting_id: UUID = Field(primary_key=True, foreign_key="postings.posting.id")
    division: str
    outcome: WishOutcome = text_enum(WishOutcome)
    recommendation_id: UUID | None = None
    code: str | None = None
    came_by: EntryWay = text_enum(EntryWay)
    recorded_at: datetime = timestamp()
    recorded_by: str
