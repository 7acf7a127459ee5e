"""Tables of 招聘会: the fair, its booths, who checked in, who was interviewed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from services.postings.base import Table
from shared.contracts.postings.fair_interviews import InterviewState
from shared.contracts.postings.job_fairs import FairState
from shared.contracts.postings.presence import EntryWay
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import county_owned, custom, hq_owned

_AREA = "division LIKE {key} || '%' OR {key} LIKE division || '%'"


class JobFair(Table, table=True):
    """招聘会. `walk_ins`, `viewers` and `summary` are reported at the end; every other figure is counted."""

    __tablename__ = "job_fair"
    __table_args__ = (Index("ix_job_fair_listed", "starts_at", "id"),)
    __policy__: ClassVar = hq_owned(
        read=("outpost", "partner", "worker", "public"),
        write=("area",),
        where={
            "area": _AREA,
            "partner": "id IN (SELECT booth.fair_id FROM {schema}.fair_booth AS booth"
            " WHERE booth.employer_id::text = {key})",
            "worker": "state IN ('planned', 'open')",
            "public": "state IN ('planned', 'open')",
        },
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    title: str
    division: str
    venue: str
    starts_at: datetime = timestamp(default_now=False)
    ends_at: datetime = timestamp(default_now=False)
    live_stream_url: str | None = None
    plan: str | None = None
    staff: list[dict[str, Any]] = jsonb(list)
    state: FairState = text_enum(FairState, default=FairState.planned)
    walk_ins: int = 0
    viewers: int = 0
    summary: str | None = None
    cancelled_because: str | None = None
    planned_by: str
    created_at: datetime = timestamp()
    closed_at: datetime | None = timestamp(nullable=True)
    version: int = 1


class FairBooth(Table, table=True):
    """展位: one employer's place at a fair, with the postings that it brings."""

    __tablename__ = "fair_booth"
    __table_args__ = (UniqueConstraint("fair_id", "number"), UniqueConstraint("fair_id", "employer_id"))
    __policy__: ClassVar = hq_owned(
        read=("outpost", "partner", "public"),
        write=("area",),
        where={"area": _AREA, "partner": "employer_id::text = {key}"},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    fair_id: UUID = Field(foreign_key="postings.job_fair.id")
    division: str = Field(description="the fair's")
    number: int
    employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    posting_ids: list[str] = jsonb(list)
    note: str | None = None


class FairCheckIn(Table, table=True):
    """Who came. `division` is the worker's."""

    __tablename__ = "fair_check_in"
    __table_args__ = (
        Index("ix_fair_check_in_listed", "fair_id", "came_at", "worker_id"),
        Index("ix_fair_check_in_worker", "worker_id"),
    )
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area"))

    fair_id: UUID = Field(primary_key=True, foreign_key="postings.job_fair.id")
    worker_id: UUID = Field(primary_key=True)
    division: str
    came_by: EntryWay = text_enum(EntryWay)
    came_at: datetime = timestamp()
    recorded_by: str


# The employer at whose booth somebody sat sees that interview, as it sees the person.
_SEEN = (
    "{kind} IN ('hq', 'service') OR ({kind} = 'area' AND division LIKE {key} || '%')"
    " OR ({kind} = 'partner' AND employer_id::text = {key}) OR ({kind} = 'worker' AND worker_id::text = {key})"
)


class FairInterview(Table, table=True):
    """面试. `note` is what was said about the person, sealed."""

    __tablename__ = "fair_interview"
    __table_args__ = (
        UniqueConstraint("fair_id", "worker_id", "posting_id"),
        UniqueConstraint("booth_id", "queue_no"),
        Index("ix_fair_interview_worker", "worker_id"),
    )
    __policy__: ClassVar = custom(read=_SEEN, write=_SEEN)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    fair_id: UUID = Field(foreign_key="postings.job_fair.id")
    booth_id: UUID = Field(foreign_key="postings.fair_booth.id")
    employer_id: UUID
    worker_id: UUID
    division: str
    posting_id: UUID = Field(foreign_key="postings.posting.id")
    queue_no: int
    state: InterviewState = text_enum(InterviewState, default=InterviewState.waiting)
    booked_at: datetime = timestamp()
    decided_at: datetime | None = timestamp(nullable=True)
    decided_by: str | None = None
    wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    start_on: date | None = None
    note: bytes | None = Field(default=None, sa_type=LargeBinary)
    answered_at: datetime | None = timestamp(nullable=True)
    recommendation_id: UUID | None = None
