"""Tables of employers, agreements, postings, openings and feeds.

What postings cost to keep: one row a posting, one narrow `feed_item` a feed job, so that a run in which nothing changed
touches only the narrow rows.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, col

from shared.contracts.postings import (
    AgreementState,
    CloseReason,
    FeedFormat,
    FeedKind,
    FeedMode,
    PostingSource,
    PostingState,
    ReservationState,
    Severity,
    WageUnit,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import custom, hq_owned

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable

    Table = ServiceTable
else:
    Table = service_tables("postings")


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

    `is_withheld` keeps an open posting from being shown or offered while its employer is blocked or without agreement.

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
    reference: str | None = None
    title: str
    company: str
    occupation: str | None = None
    occupation_confidence: float | None = None
    division: str | None = None
    division_confidence: float | None = None
    place: str | None = None
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


_OF_PARTNER = hq_owned(read=("partner",), where={"partner": "employer_id::text = {key}"}, write=("partner",))


class Feed(Table, table=True):
    """One source of one employer, pushed or pulled."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("employer_id", "source"),)
    __policy__: ClassVar = _OF_PARTNER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    employer_id: UUID = Field(foreign_key="postings.employer.id")
    source: str
    kind: FeedKind = text_enum(FeedKind)
    format: FeedFormat | None = text_enum(FeedFormat, default=None, nullable=True)
    mode: FeedMode = text_enum(FeedMode)
    url: str | None = None
    every_minutes: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    last_hash: str | None = None
    is_active: bool = True
    next_pull_at: datetime | None = timestamp(nullable=True)
    last_run_id: UUID | None = None
    last_run_at: datetime | None = timestamp(nullable=True)
    live_jobs: int = 0
    version: int = 1
    created_at: datetime = timestamp()


class FeedItem(Table, table=True):
    """What a feed said of one job when it was last seen: narrow, so that seeing it again costs little."""

    __tablename__ = "feed_item"
    __policy__: ClassVar = _OF_PARTNER

    feed_id: UUID = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    employer_id: UUID
    posting_id: UUID | None = None
    content_hash: bytes = Field(sa_type=LargeBinary)
    run_id: UUID
    is_live: bool = True
    missing_since: datetime | None = timestamp(nullable=True)
    missed_runs: int = 0


class FeedRun(Table, table=True):
    """One run of a feed: its counts, and why nothing was closed or nothing was used. `job_id` carries it out."""

    __tablename__ = "feed_run"
    __table_args__ = (Index("ix_feed_run_listed", "feed_id", "created_at", "id"),)
    __policy__: ClassVar = _OF_PARTNER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    feed_id: UUID = Field(foreign_key="postings.feed.id")
    employer_id: UUID
    job_id: UUID | None = None
    mode: FeedMode = text_enum(FeedMode)
    format: FeedFormat | None = text_enum(FeedFormat, default=None, nullable=True)
    blob: dict[str, Any] | None = jsonb(nullable=True)
    counts: dict[str, Any] = jsonb()
    problem_counts: dict[str, Any] = jsonb()
    closing: str = "none"
    closing_reason: dict[str, Any] | None = jsonb(nullable=True)
    problem: dict[str, Any] | None = jsonb(nullable=True)
    not_modified: bool = False
    state: str = "queued"
    created_at: datetime = timestamp()
    finished_at: datetime | None = timestamp(nullable=True)


class FeedRunProblem(Table, table=True):
    """One finding of a run. The commonest ones are kept up to a number; `feed_run.problem_counts` counts them all."""

    __tablename__ = "feed_run_problem"
    __policy__: ClassVar = _OF_PARTNER

    run_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    employer_id: UUID
    row: int | None = None
    reference: str | None = None
    field: str | None = None
    code: str
    severity: Severity = text_enum(Severity)
    message_zh: str
    message_en: str


# Partial indexes: what the timers and the end of a feed run look for.
Index(
    "ix_posting_expiring", col(JobPosting.valid_through), postgresql_where=col(JobPosting.state).in_(("open", "filled"))
)
Index(
    "ix_opening_reservation_expiring",
    col(OpeningReservation.expires_at),
    postgresql_where=col(OpeningReservation.state) == "held",
)
Index("ix_feed_due", col(Feed.next_pull_at), postgresql_where=col(Feed.is_active).is_(True))
Index(
    "ix_feed_item_live", col(FeedItem.feed_id), col(FeedItem.run_id), postgresql_where=col(FeedItem.is_live).is_(True)
)

from services.postings import offers  # noqa: E402, F401  (matching's tables share this metadata)
