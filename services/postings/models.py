"""Tables of employers, agreements, postings and openings, and the gathering of all tables of the service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlmodel import Field, col

from services.postings import (  # noqa: F401  (tables of the same metadata)
    campaign_models,
    employer_merger_models,
    fair_models,
    feed_models,
    insertion_models,
    offers,
    outreach_models,
    recognition_models,
    standing_models,
    visit_models,
)
from services.postings.base import Table
from shared.contracts.postings import (
    AgreementState,
    CloseReason,
    PostingSource,
    PostingState,
    ReservationState,
    WageUnit,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import custom, hq_owned


class Employer(Table, table=True):
    """用工企业. `contacts` is sealed JSON: a list of people."""

    __tablename__ = "employer"
    __policy__: ClassVar = hq_owned(read=("area", "outpost", "partner"), where={"partner": "id::text = {key}"})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(index=True)
    uscc: str = Field(unique=True)
    division: str | None = None
    address: str | None = None
    industry: str | None = None
    note: str | None = None
    contacts: bytes | None = Field(default=None, sa_type=LargeBinary)
    is_blocked: bool = False
    blocked_reason: str | None = None
    blocked_at: datetime | None = timestamp(nullable=True)
    merged_into: UUID | None = None
    version: int = 1
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()


class FrameworkAgreement(Table, table=True):
    """劳务合作框架协议. `state` follows the dates by timer; `valid_to` is the last day."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("valid_from <= valid_to", name="dates"),)
    __policy__: ClassVar = hq_owned(read=("area", "outpost", "partner"), where={"partner": "employer_id::text = {key}"})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    number: str = Field(unique=True)
    valid_from: date
    valid_to: date = Field(index=True)
    state: AgreementState = text_enum(AgreementState)
    scan: dict[str, Any] | None = jsonb(nullable=True)
    note: str | None = None
    terminated_reason: str | None = None
    version: int = 1
    created_at: datetime = timestamp()


# An outpost sees what it collected and what belongs to the county, a partner its own, the public what is open. The
# machinery sees all: an order of one outpost may be for an opening that another one collected.
_POSTING = custom(
    read=(
        "{kind} IN ('hq', 'service') OR ({kind} = 'outpost' AND (outpost IS NULL OR outpost = {key}))"
        " OR ({kind} = 'partner' AND employer_id::text = {key}) OR ({kind} IN ('worker', 'area') AND state <> 'draft')"
        " OR ({kind} = 'public' AND state = 'open')"
    ),
    write=(
        "{kind} IN ('hq', 'service') OR ({kind} = 'outpost' AND outpost = {key})"
        " OR ({kind} = 'partner' AND employer_id::text = {key})"
    ),
)


class JobPosting(Table, table=True):
    """招聘岗位. `openings_taken` is derived from the reservations, under the row's lock; nothing else writes it.

    `is_withheld` keeps an open posting from being shown or offered: its employer is blocked or without agreement,
    nobody confirms it any more (`stale_since`), or another source told of it first (`duplicate_of`).

    `former_divisions` (|441900119|440305) are the places it had: outposts' readers are told that it left.

    `changed_in` is the transaction that last changed what the public sees: readers of the delta stream go by it, since
    transactions become visible in another order than clocks and sequences count.
    """

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_listed", "state", "created_at", "id"),
        Index("ix_posting_stream", "changed_in", "id"),
        CheckConstraint("openings > 0", name="openings"),
        CheckConstraint("wage_min_cents <= wage_max_cents", name="wage"),
    )
    __policy__: ClassVar = _POSTING

    id: UUID = Field(default_factory=new_id, primary_key=True)
    employer_id: UUID = Field(foreign_key="postings.employer.id", index=True)
    agreement_id: UUID | None = Field(default=None, foreign_key="postings.agreement.id")
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True, index=True)
    source: PostingSource = text_enum(PostingSource)
    feed_id: UUID | None = Field(default=None, index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="postings.employer_visit.id", index=True)
    reference: str | None = None
    title: str
    title_phrase: str | None = Field(default=None, index=True)
    company: str
    occupation: str | None = None
    occupation_confidence: float | None = None
    division: str | None = None
    division_confidence: float | None = None
    former_divisions: str | None = None
    place: str | None = None
    place_phrase: str | None = Field(default=None, index=True)
    address: str | None = None
    description: str | None = None
    requirements: dict[str, Any] = jsonb()
    openings: int = 1
    openings_taken: int = 0
    wage_min_cents: int | None = Field(default=None, sa_type=BigInteger)
    wage_max_cents: int | None = Field(default=None, sa_type=BigInteger)
    wage_unit: WageUnit | None = text_enum(WageUnit, default=None, nullable=True)
    wage_text: str | None = None
    wage_month_cents: int | None = Field(default=None, sa_type=BigInteger)
    contact: bytes | None = Field(default=None, sa_type=LargeBinary)
    apply_url: str | None = None
    posted_on: date | None = None
    valid_through: date | None = None
    state: PostingState = text_enum(PostingState)
    is_withheld: bool = False
    confirmed_at: datetime | None = timestamp(nullable=True)
    stale_since: datetime | None = timestamp(nullable=True)
    reminded_of: date | None = None
    joint_key: str | None = None
    duplicate_of: UUID | None = None
    is_kept_apart: bool = False
    close_reason: CloseReason | None = text_enum(CloseReason, default=None, nullable=True)
    closed_at: datetime | None = timestamp(nullable=True)
    opened_at: datetime | None = timestamp(nullable=True)
    changed_in: int = Field(default=0, sa_type=BigInteger)
    changed_at: datetime = timestamp()
    version: int = 1
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()

    @property
    def openings_free(self) -> int:
        return max(self.openings - self.openings_taken, 0)


class OpeningReservation(Table, table=True):
    """One opening, held for or taken by one dispatch order."""

    __tablename__ = "opening_reservation"
    __policy__: ClassVar = hq_owned(read=("partner",), where={"partner": "employer_id::text = {key}"})

    order_id: UUID = Field(primary_key=True)
    posting_id: UUID = Field(foreign_key="postings.posting.id", index=True)
    employer_id: UUID
    agreement_id: UUID | None = None
    state: ReservationState = text_enum(ReservationState)
    expires_at: datetime = timestamp(default_now=False)
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()


# Partial indexes: what the timers look for.
Index("ix_posting_joint", col(JobPosting.joint_key), postgresql_where=col(JobPosting.state).in_(("open", "filled")))
Index("ix_posting_duplicate", col(JobPosting.duplicate_of), postgresql_where=col(JobPosting.duplicate_of).is_not(None))
Index(
    "ix_posting_expiring", col(JobPosting.valid_through), postgresql_where=col(JobPosting.state).in_(("open", "filled"))
)
Index(
    "ix_opening_reservation_expiring",
    col(OpeningReservation.expires_at),
    postgresql_where=col(OpeningReservation.state) == "held",
)
