"""Tables of matching: who seeks, what was offered to whom and why, what was printed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, col

from services.postings.base import Table
from shared.contracts.postings.matching import Gate, UncoveredReason
from shared.contracts.postings.recommendations import (
    Answer,
    DeclineReason,
    ExpiredBecause,
    RecommendationSource,
    RecommendationState,
)
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import county_owned, hq_owned


class EngagementState(StrEnum):
    """open: an order is under way; working: the receipt confirmed the start; ended: cancelled, not started or left."""

    open = "open"
    working = "working"
    ended = "ended"


class Seeker(Table, table=True):
    """求职者: what registry published of a worker. `version` is registry's, so that an older event changes nothing.

    HQ writes nothing here; its runs lock the rows against an order that comes meanwhile.
    """

    __tablename__ = "seeker"
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq",))

    worker_id: UUID = Field(primary_key=True)
    version: int
    division: str = Field(index=True)
    sex: str
    birth_year: int
    education: str | None = None
    skills: list[dict[str, Any]] = jsonb(list)
    wants_out_work: bool = False
    wants_local_work: bool = False
    destinations: list[str] = jsonb(list)
    wanted_occupations: list[str] = jsonb(list)
    expected_wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    available_from: date | None = None
    difficulty: list[str] = jsonb(list)
    employment: str = "none"
    automated_matching: bool = True
    limits: list[str] = jsonb(list)
    can_work: bool = True
    is_active: bool = True
    updated_at: datetime = timestamp()


class Engagement(Table, table=True):
    """One dispatch order as matching sees it: while it is open or the worker works, the worker is not a seeker.

    Kept apart from the seeker because dispatch's events may come before registry's.
    """

    __tablename__ = "engagement"
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=())

    order_id: UUID = Field(primary_key=True)
    worker_id: UUID
    posting_id: UUID
    division: str = ""
    state: EngagementState = text_enum(EngagementState)
    updated_at: datetime = timestamp()


class Recommendation(Table, table=True):
    """岗位推荐. `answer_note` and `staff_note` are people's own words about the worker, sealed."""

    __tablename__ = "recommendation"
    __table_args__ = (
        Index("ix_recommendation_posting", "posting_id", "state"),
        Index("ix_recommendation_worker", "worker_id", "made_at", "id"),
        Index("ix_recommendation_listed", "made_at", "id"),
    )
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area", "worker"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    division: str
    posting_id: UUID = Field(foreign_key="postings.posting.id")
    employer_id: UUID
    matching_id: UUID | None = None
    source: RecommendationSource = text_enum(RecommendationSource)
    state: RecommendationState = text_enum(RecommendationState, default=RecommendationState.offered)
    score: float
    parts: dict[str, float] = jsonb()
    weights_version: int | None = None
    reason: str
    staff_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    made_by: str
    made_at: datetime = timestamp()
    delivered_at: datetime | None = timestamp(nullable=True)
    delivered_by: str | None = None
    answer: Answer | None = text_enum(Answer, default=None, nullable=True)
    answered_at: datetime | None = timestamp(nullable=True)
    answered_by: str | None = None
    decline_reason: DeclineReason | None = text_enum(DeclineReason, default=None, nullable=True)
    answer_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    expired_because: ExpiredBecause | None = text_enum(ExpiredBecause, default=None, nullable=True)
    order_id: UUID | None = None
    changed_at: datetime = timestamp()


class ScoringWeightsVersion(Table, table=True):
    """Weights of the score. A version is never changed; the newest one is used."""

    __tablename__ = "scoring_weights"
    __policy__: ClassVar = hq_owned()

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    weights: dict[str, Any] = jsonb()
    note: str
    adopted_by: str
    adopted_at: datetime = timestamp()


class Matching(Table, table=True):
    """A matching run. `inputs` is the stored snapshot from which it can be repeated."""

    __tablename__ = "matching"
    __table_args__ = (Index("ix_matching_listed", "created_at", "id"),)
    __policy__: ClassVar = hq_owned()

    id: UUID = Field(primary_key=True)
    request: dict[str, Any] = jsonb()
    requested_by: str
    weights_version: int | None = None
    snapshot_at: datetime | None = timestamp(nullable=True)
    inputs: dict[str, Any] | None = jsonb(nullable=True)
    digest: str | None = None
    figures: dict[str, Any] = jsonb()
    fairness: dict[str, Any] | None = jsonb(nullable=True)
    created_at: datetime = timestamp()


class Uncovered(Table, table=True):
    """A seeker to whom a run could not offer the minimum, with the reason."""

    __tablename__ = "uncovered_seeker"
    __table_args__ = (Index("ix_uncovered_seeker_division", "matching_id", "division"),)
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq",))

    matching_id: UUID = Field(primary_key=True, foreign_key="postings.matching.id")
    worker_id: UUID = Field(primary_key=True)
    division: str
    offers: int
    candidates: int
    reason: UncoveredReason = text_enum(UncoveredReason)
    gate: Gate | None = text_enum(Gate, default=None, nullable=True)
    gates: dict[str, int] = jsonb()
    helps: list[dict[str, Any]] | None = jsonb(nullable=True)


class SlipCounter(Table, table=True):
    """The last number given in a year. Its row is locked until the slips are stored, so that no number is lost."""

    __tablename__ = "slip_counter"
    __policy__: ClassVar = hq_owned(write=("area",))

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int = 0


class SlipBatch(Table, table=True):
    """One print job, confirmed by a person before anything is printed.

    `division` is the common one of its slips, for the area accounts that printed it.
    """

    __tablename__ = "slip_batch"
    __table_args__ = (Index("ix_slip_batch_listed", "created_at", "id"),)
    __policy__: ClassVar = hq_owned(
        read=("area",),
        write=("area",),
        where={"area": "division <> '' AND division LIKE {key} || '%'"},
    )

    id: UUID = Field(primary_key=True)
    division: str = ""
    outreach_id: UUID | None = Field(default=None, index=True)
    request: dict[str, Any] = jsonb()
    requested_by: str
    job_id: UUID | None = Field(default=None, unique=True)
    confirmed_by: str | None = None
    confirmed_at: datetime | None = timestamp(nullable=True)
    excluded: list[str] = Field(default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": "[]"})
    is_cancelled: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    slips: int = 0
    reprinted: int = 0
    left_out: list[dict[str, Any]] = jsonb(list)
    papers: list[dict[str, Any]] = jsonb(list)
    created_at: datetime = timestamp()


class Slip(Table, table=True):
    """岗位推荐单: one worker's numbered slip. The same postings printed again keep the number."""

    __tablename__ = "recommendation_slip"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        Index("ix_recommendation_slip_worker", "worker_id", "first_printed_at", "id"),
        Index("ix_recommendation_slip_listed", "first_printed_at", "id"),
    )
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    year: int
    serial: int
    slip_no: str = Field(unique=True)
    worker_id: UUID
    division: str
    recommendation_ids: list[str] = jsonb(list)
    first_printed_at: datetime = timestamp()


class SlipPrinting(Table, table=True):
    """The reprint log: each time a slip went to paper."""

    __tablename__ = "slip_printing"
    __policy__: ClassVar = county_owned(worker="worker_id", division="division", writable_by=("hq", "area"))

    slip_id: UUID = Field(primary_key=True, foreign_key="postings.recommendation_slip.id")
    batch_id: UUID = Field(primary_key=True, index=True)
    page: int
    worker_id: UUID
    division: str
    printed_by: str
    printed_at: datetime = timestamp()


Index(
    "ix_engagement_worker", col(Engagement.worker_id), postgresql_where=col(Engagement.state).in_(("open", "working"))
)
Index(
    "uq_recommendation_live",
    col(Recommendation.worker_id),
    col(Recommendation.posting_id),
    unique=True,
    postgresql_where=col(Recommendation.state).in_(("offered", "accepted")),
)
Index(
    "ix_recommendation_matching",
    col(Recommendation.matching_id),
    postgresql_where=col(Recommendation.matching_id).is_not(None),
)
