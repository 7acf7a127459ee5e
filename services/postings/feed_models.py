"""Tables of feeds: narrow rows, so that a run in which nothing changed touches little."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, col

from services.postings.base import Table
from shared.contracts.postings import FeedFormat, FeedKind, FeedMode, Severity
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import hq_owned

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
    last_good_at: datetime | None = timestamp(nullable=True)
    failures: int = 0
    live_jobs: int = 0
    version: int = 1
    created_at: datetime = timestamp()


class FeedItem(Table, table=True):
    """What a feed said of one job when it was last seen: narrow, so that seeing it again costs little.

    No index holds what a run writes to an unchanged row, and pages keep room for it (fillfactor, by migration): such an
    update stays in its page.
    """

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


# What the timer and the end of a run look for.
Index("ix_feed_due", col(Feed.next_pull_at), postgresql_where=col(Feed.is_active).is_(True))
Index("ix_feed_item_of_feed", col(FeedItem.feed_id), postgresql_where=col(FeedItem.is_live).is_(True))
