"""Feeds: how an employer's own postings come in, and what each run says about every job and field of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.postings.feed_problems import Severity

__all__ = [
    "ChangeFeed",
    "FeedChanges",
    "FeedFormat",
    "FeedJob",
    "FeedJobs",
    "FeedKind",
    "FeedMode",
    "FeedProblem",
    "FeedRunRow",
    "FeedRunView",
    "FeedView",
    "GetFeed",
    "GetFeedRun",
    "ListFeedProblems",
    "ListFeedRuns",
    "ListFeeds",
    "PullFeed",
    "PushFeed",
    "RegisterFeed",
    "StopFeed",
]

SourceName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$"),
    Field(description="the employer's own name of the feed", examples=["hr-system"]),
]


class FeedFormat(StrEnum):
    jsonld = "jsonld"
    xml = "xml"
    csv = "csv"
    xlsx = "xlsx"


class FeedKind(StrEnum):
    pushed = "pushed"
    pulled = "pulled"


class FeedMode(StrEnum):
    """snapshot: what the file does not name is closed. delta: only what it names changes."""

    snapshot = "snapshot"
    delta = "delta"


class FeedView(View):
    id: UUID
    employer_id: UUID
    source: str
    kind: FeedKind
    format: FeedFormat | None = None
    mode: FeedMode
    url: str | None = None
    every_minutes: int | None = None
    is_active: bool
    next_pull_at: datetime | None = None
    last_run_id: UUID | None = None
    last_run_at: datetime | None = None
    last_good_at: datetime | None = Field(default=None, description="when its jobs were last confirmed")
    failures: int = Field(default=0, description="runs that failed since; the next pull waits longer each time")
    live_jobs: int = Field(description="jobs of this feed that are open now")
    version: int


class FeedProblem(View):
    """One finding about one field of one job, or about the file as a whole when `row` is null."""

    row: int | None = Field(description="the job's place in the file, from 1")
    reference: str | None
    field: str | None
    code: str
    severity: Severity
    message: str = Field(description="in the asker's language")
    message_zh: str
    message_en: str


class FeedRunRow(View):
    """What one run did. `jobs` = opened + updated + unchanged + rejected + doubled."""

    id: UUID
    feed_id: UUID
    source: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float = Field(ge=0, le=1)
    mode: FeedMode
    format: FeedFormat | None = None
    jobs: int = 0
    opened: int = 0
    updated: int = 0
    unchanged: int = 0
    closed: int = 0
    rejected: int = 0
    doubled: int = 0
    not_modified: bool = Field(default=False, description="the file was the same as before, byte for byte or by ETag")
    created_at: datetime
    finished_at: datetime | None = None


class FeedRunView(FeedRunRow):
    expected_jobs: int | None = Field(default=None, description="as the feed announced (expectedJobCount)")
    live_before: int = 0
    missing: int = Field(default=0, description="open before, absent now")
    waiting: int = Field(default=0, description="of these, not absent for 48 hours yet; then they are closed")
    closing: str = Field(
        default="none", description="done | skipped | none: what was done about the missing ones", examples=["skipped"]
    )
    closing_reason: FeedProblem | None = Field(default=None, description="why nothing was closed")
    problem: FeedProblem | None = Field(default=None, description="why the whole file was refused")
    problem_counts: dict[str, int] = Field(default_factory=dict, description="how often each code was found")
    problems: list[FeedProblem] = Field(
        default_factory=list, description="the first hundred, gravest first; the rest by …/problems"
    )


class RegisterFeed(Command[FeedView]):
    """Have a feed pulled from an address every so many minutes, with conditional requests."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://jobs.example.com/feed.xml", "format": "xml", "every_minutes": 60}]
        }
    )

    employer_id: UUID | None = Field(default=None, description="for HQ; a partner registers its own")
    source: SourceName | None = Field(default=None, description="made from the host when left out")
    url: str = Field(min_length=8, max_length=2000)
    format: FeedFormat
    every_minutes: int = Field(ge=5, le=10_080)
    mode: FeedMode = FeedMode.snapshot


class PushFeed(Command[FeedRunView]):
    """Take one file of a feed in: the run is a job, and the feed is made when the source is new."""

    employer_id: UUID | None = Field(default=None, description="for HQ; a partner pushes its own")
    source: SourceName
    blob: BlobRef
    format: FeedFormat | None = Field(default=None, description="told by the media type when left out")
    mode: FeedMode = FeedMode.snapshot
    allow_shrink: bool = Field(default=False, description="close what is missing even if the feed shrank by much")


class FeedJob(BaseModel):
    """One job told by the API, its texts read as those of a file are. `removed` closes it by its reference alone."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(min_length=1, max_length=200, description="the employer's own number; it never changes")
    removed: bool = False
    title: str | None = Field(default=None, max_length=500)
    description: str | None = Field(default=None, max_length=20_000)
    company: str | None = Field(default=None, max_length=500)
    division: str | None = Field(default=None, max_length=12, examples=["441900119"])
    address: str | None = Field(default=None, max_length=500, examples=["广东省东莞市长安镇建安路9号"])
    openings: int | None = Field(default=None, ge=0, le=100_000)
    salary: str | None = Field(default=None, max_length=200, examples=["4500-6000元/月 包吃住"])
    employment_type: str | None = Field(default=None, max_length=100, examples=["FULL_TIME"])
    category: str | None = Field(default=None, max_length=100, examples=["6-31-05-00"])
    education: str | None = Field(default=None, max_length=100)
    ages: str | None = Field(default=None, max_length=100, examples=["18-50岁"])
    shift: str | None = Field(default=None, max_length=200)
    benefits: str | None = Field(default=None, max_length=2000)
    url: str | None = Field(default=None, max_length=2000)
    valid_through: date | None = None


class FeedJobs(BaseModel):
    """Jobs to open, change or close; what is not named stays as it is (delta)."""

    model_config = ConfigDict(extra="forbid")

    jobs: list[FeedJob] = Field(min_length=1, max_length=1000)


class PullFeed(Command[FeedRunView]):
    """Pull a registered feed now."""

    employer_id: UUID | None = None
    source: SourceName
    allow_shrink: bool = False


class FeedChanges(BaseModel):
    """What may change of a feed. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, min_length=8, max_length=2000)
    format: FeedFormat | None = None
    every_minutes: int | None = Field(default=None, ge=5, le=10_080)
    mode: FeedMode | None = None
    is_active: bool | None = Field(default=None, description="true: pull it again, at once")


class ChangeFeed(FeedChanges, Command[FeedView]):
    """Change how a registered feed is pulled, or begin again after it was stopped."""

    employer_id: UUID | None = None
    source: SourceName
    expected_version: int | None = None


class StopFeed(Command[FeedView]):
    """Pull it no more. Its postings stay until they expire or are closed."""

    employer_id: UUID | None = None
    source: SourceName


class GetFeed(Query[FeedView]):
    employer_id: UUID | None = None
    source: SourceName


class ListFeeds(PageRequest, Query[Page[FeedView]]):
    employer_id: UUID | None = None


class GetFeedRun(Query[FeedRunView]):
    employer_id: UUID | None = None
    source: SourceName
    run_id: UUID


class ListFeedRuns(PageRequest, Query[Page[FeedRunRow]]):
    employer_id: UUID | None = None
    source: SourceName


class ListFeedProblems(PageRequest, Query[Page[FeedProblem]]):
    employer_id: UUID | None = None
    source: SourceName
    run_id: UUID
    severity: Severity | None = None
    code: str | None = Field(default=None, max_length=60)
