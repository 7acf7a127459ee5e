"""招聘会: booths, employers, who checked in, interviews and what came of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field, HttpUrl

from shared.contracts.base import Command, Event, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.county_events import (
    EventCancellation,
    EventChanges,
    EventClosure,
    EventForm,
    EventsBetween,
    EventView,
)
from shared.contracts.postings.postings import POSTING_ID
from shared.contracts.postings.presence import EntryWay, PresenceReport, PresenceView, Presented
from shared.contracts.postings.publication import PublicPosting
from shared.contracts.types import DivisionCode, ShortText

__all__ = [
    "FAIR_BOOTH_TAKEN",
    "FAIR_NOT_AT_BOOTH",
    "FAIR_NOT_TODAY",
    "BoothChanges",
    "BoothForm",
    "BoothView",
    "CancelJobFair",
    "ChangeBooth",
    "CheckInAtFair",
    "CheckInSelf",
    "CloseJobFair",
    "FairPresences",
    "FairResult",
    "FairState",
    "GetFairResult",
    "GetJobFair",
    "GetOwnFair",
    "GetPublicFair",
    "JobFairAttended",
    "JobFairChanged",
    "JobFairChanges",
    "JobFairClosure",
    "JobFairForm",
    "JobFairView",
    "ListBooths",
    "ListFairAttendance",
    "ListJobFairs",
    "ListPublicFairs",
    "OpenJobFair",
    "OwnFairView",
    "PlaceBooth",
    "PlanJobFair",
    "PrintFairPoster",
    "PublicBooth",
    "PublicFair",
    "RemoveBooth",
    "ReopenJobFair",
    "UpdateJobFair",
]

FAIR_BOOTH_TAKEN = ProblemCode(
    "fair.booth_taken",
    ProblemKind.conflict,
    zh="{number} 号展位已安排给别的企业, 或该企业已有展位。",
    en="Booth {number} is another employer's, or this employer has a booth already.",
)
FAIR_NOT_AT_BOOTH = ProblemCode(
    "fair.not_at_booth",
    ProblemKind.conflict,
    zh="这个岗位不在该展位上。",
    en="This posting is not at that booth.",
)
FAIR_NOT_TODAY = ProblemCode(
    "fair.not_today",
    ProblemKind.conflict,
    zh="招聘会 {day} 举行, 现在不能签到。",
    en="The fair is on {day}; checking in is not possible now.",
)


class FairState(StrEnum):
    """planned -> open -> closed; planned -> cancelled; a closed one is reopened to enter what was left on paper."""

    planned = "planned"
    open = "open"
    closed = "closed"
    cancelled = "cancelled"


class JobFairForm(EventForm):
    title: ShortText = Field(examples=["2027年“春风行动”招聘会"])
    division: DivisionCode = Field(examples=["522631001"])
    live_stream_url: HttpUrl | None = Field(default=None, description="视频号/抖音直播", max_length=500)


class JobFairChanges(EventChanges):
    live_stream_url: HttpUrl | None = Field(default=None, max_length=500)


class JobFairView(EventView):
    live_stream_url: str | None
    state: FairState
    booths: int
    viewers: int = Field(description="of the live stream, as its platform says")


class PlanJobFair(JobFairForm, Command[JobFairView]):
    """招聘会: plan a fair."""


class UpdateJobFair(JobFairChanges, Command[JobFairView]):
    fair_id: UUID
    expected_version: int | None = None


class OpenJobFair(Command[JobFairView]):
    fair_id: UUID


class CancelJobFair(EventCancellation, Command[JobFairView]):
    fair_id: UUID


class JobFairClosure(EventClosure):
    viewers: int = Field(default=0, ge=0, le=100_000_000)


class CloseJobFair(JobFairClosure, Command[JobFairView]):
    """Interviews still waiting are noted as absent."""

    fair_id: UUID


class ReopenJobFair(Command[JobFairView]):
    fair_id: UUID


class GetJobFair(Query[JobFairView]):
    fair_id: UUID


class ListJobFairs(EventsBetween, Query[Page[JobFairView]]):
    """The latest first. A partner sees the fairs at which it has a booth."""

    state: FairState | None = None


class BoothForm(BaseModel, extra="forbid"):
    employer_id: UUID
    number: int | None = Field(default=None, ge=1, le=9999, description="the next free one when left out")
    posting_ids: list[UUID] = Field(min_length=1, max_length=100, examples=[[POSTING_ID]])
    note: ShortText | None = Field(default=None, examples=["需要电源"])


class BoothChanges(BaseModel, extra="forbid"):
    number: int | None = Field(default=None, ge=1, le=9999)
    posting_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=100)
    note: ShortText | None = None


class BoothView(View):
    id: UUID
    fair_id: UUID
    number: int
    employer_id: UUID
    employer_name: str
    posting_ids: list[UUID]
    note: str | None
    interviews: int
    offers: int


class PlaceBooth(BoothForm, Command[BoothView]):
    """Give an employer a booth with open postings of its own. Raises EMPLOYER_BLOCKED, EVENT_POSTING_NOT_OPEN."""

    fair_id: UUID


class ChangeBooth(BoothChanges, Command[BoothView]):
    fair_id: UUID
    booth_id: UUID


class RemoveBooth(Command[JobFairView]):
    """Only before anybody was interviewed there."""

    fair_id: UUID
    booth_id: UUID


class ListBooths(PageRequest, Query[Page[BoothView]]):
    """By number."""

    fair_id: UUID


class FairPresences(BaseModel, extra="forbid"):
    people: list[Presented] = Field(min_length=1, max_length=500)
    came_by: EntryWay = EntryWay.staff


class CheckInAtFair(FairPresences, Command[PresenceReport]):
    """签到 by the staff: the code on a slip is scanned, or its number typed. Twice is once."""

    fair_id: UUID


class OwnFairView(View):
    """A fair as the worker who stands at its door sees it."""

    id: UUID
    title: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    state: FairState
    live_stream_url: str | None
    is_checked_in: bool


class GetOwnFair(Query[OwnFairView]):
    """`code` is what the QR code at the door says. Raises link.invalid, link.expired."""

    code: str = Field(max_length=1000, repr=False)


class CheckInSelf(Command[OwnFairView]):
    """签到 with one's own phone, by the code at the door. Raises FAIR_NOT_TODAY."""

    code: str = Field(max_length=1000, repr=False)


class ListFairAttendance(PageRequest, Query[Page[PresenceView]]):
    """In the order of their coming."""

    fair_id: UUID


class FairResult(View):
    """招聘会成效."""

    fair_id: UUID
    booths: int
    postings: int
    openings: int
    attended: int
    walk_ins: int
    viewers: int
    interviews: int
    offers: int
    accepted: int
    ordered: int = Field(description="of the accepted, with a dispatch order by now")


class GetFairResult(Query[FairResult]):
    fair_id: UUID


class PublicBooth(View):
    number: int
    employer_name: str
    postings: list[PublicPosting]


class PublicFair(View):
    """A fair as everyone may read it."""

    id: UUID
    title: str
    division: str
    division_name: str | None
    venue: str
    starts_at: datetime
    ends_at: datetime
    state: FairState
    live_stream_url: str | None
    booths: list[PublicBooth] = Field(default_factory=list)


class ListPublicFairs(PageRequest, Query[Page[PublicFair]]):
    """Those to come and under way, the next first; without their booths."""


class GetPublicFair(Query[PublicFair]):
    fair_id: UUID


class PrintFairPoster(Command[JobState]):
    """入口海报: the QR code to check in by, and the booths with their postings."""

    fair_id: UUID


class JobFairChanged(Event):
    """A fair was planned, moved, cancelled or closed; the counts are those at that moment."""

    topic: ClassVar[str] = "job_fair.changed"
    aggregate: ClassVar[str] = "fair_id"
    about_worker: ClassVar[str | None] = None

    fair_id: UUID
    division: str
    state: FairState
    starts_at: datetime
    ends_at: datetime
    booths: int = 0
    attended: int = 0
    walk_ins: int = 0
    interviews: int = 0
    offers: int = 0


class JobFairAttended(Event):
    topic: ClassVar[str] = "job_fair.attended"
    aggregate: ClassVar[str] = "fair_id"

    fair_id: UUID
    worker_id: UUID
    division: str
