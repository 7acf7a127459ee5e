"""送岗下村: an event in a village, from its plan to its result."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from shared.contracts.base import Command, Event, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.postings import POSTING_ID, PostingRow
from shared.contracts.postings.presence import (
    EntryWay,
    EventStaff,
    PresenceReport,
    PresenceView,
    Presented,
    WishReport,
    WishView,
)
from shared.contracts.types import CleanText, DivisionCode, ShortText

__all__ = [
    "EVENT_POSTING_NOT_OPEN",
    "EVENT_TIMES_INVALID",
    "OUTREACH_NUMBER_UNKNOWN",
    "CancelOutreach",
    "ChooseOutreachPostings",
    "CloseOutreach",
    "EventCancellation",
    "GetOutreach",
    "GetOutreachResult",
    "ListOutreachAttendance",
    "ListOutreachPostings",
    "ListOutreachWishes",
    "ListOutreaches",
    "OutreachAttended",
    "OutreachChanged",
    "OutreachChanges",
    "OutreachClosure",
    "OutreachForm",
    "OutreachPostingChoice",
    "OutreachPostingList",
    "OutreachPostingRow",
    "OutreachPresences",
    "OutreachResult",
    "OutreachState",
    "OutreachView",
    "OutreachWish",
    "OutreachWishes",
    "PlanOutreach",
    "PrintOutreachPack",
    "RecordOutreachAttendance",
    "RecordOutreachWishes",
    "ReopenOutreach",
    "StartOutreach",
    "UpdateOutreach",
]

EVENT_TIMES_INVALID = ProblemCode(
    "event.times_invalid",
    ProblemKind.invalid,
    zh="结束时间必须晚于开始时间。",
    en="The end must be after the beginning.",
)
EVENT_POSTING_NOT_OPEN = ProblemCode(
    "event.posting_not_open",
    ProblemKind.conflict,
    zh="有 {count} 个岗位没有找到或已停止招聘, 不能带去活动。",
    en="{count} of these postings are not open; they cannot be taken to an event.",
)
OUTREACH_NUMBER_UNKNOWN = ProblemCode(
    "outreach.number_unknown",
    ProblemKind.not_found,
    zh="这次活动的岗位表中没有 {number} 号岗位。",
    en="There is no posting number {number} in this event's pack.",
)


class OutreachState(StrEnum):
    """planned -> under_way -> closed; planned -> cancelled; a closed one is reopened for what was left on paper."""

    planned = "planned"
    under_way = "under_way"
    closed = "closed"
    cancelled = "cancelled"


class OutreachForm(BaseModel, extra="forbid"):
    division: DivisionCode = Field(examples=["522631104"])
    village: ShortText | None = Field(default=None, description="the village's name", examples=["秀洞村"])
    title: ShortText | None = Field(default=None, description="made from place and day when left out")
    venue: ShortText = Field(examples=["村委会院坝"])
    starts_at: AwareDatetime = Field(examples=["2026-12-05T09:00:00+08:00"])
    ends_at: AwareDatetime = Field(examples=["2026-12-05T12:00:00+08:00"])
    plan: CleanText | None = Field(default=None, description="工作方案: route, tasks, what to bring")
    staff: list[EventStaff] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class OutreachChanges(BaseModel, extra="forbid"):
    """What may change before the event is closed."""

    title: ShortText | None = None
    village: ShortText | None = None
    venue: ShortText | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    plan: CleanText | None = None
    staff: list[EventStaff] | None = Field(default=None, max_length=50)


class OutreachView(View):
    id: UUID
    division: str
    division_name: str | None
    village: str | None
    title: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    plan: str | None
    staff: list[EventStaff]
    state: OutreachState
    postings: int = Field(description="how many are in the pack")
    walk_ins: int = Field(description="who came and is in no roster yet")
    summary: str | None
    cancelled_because: str | None
    planned_by: str
    created_at: datetime
    closed_at: datetime | None
    version: int


class PlanOutreach(OutreachForm, Command[OutreachView]):
    """送岗下村: plan an event. The village's worker group hears of it."""


class UpdateOutreach(OutreachChanges, Command[OutreachView]):
    outreach_id: UUID
    expected_version: int | None = None


class StartOutreach(Command[OutreachView]):
    outreach_id: UUID


class EventCancellation(BaseModel, extra="forbid"):
    reason: ShortText = Field(examples=["暴雨, 改期"])


class CancelOutreach(EventCancellation, Command[OutreachView]):
    outreach_id: UUID


class OutreachClosure(BaseModel, extra="forbid"):
    """What the staff report: 工作小结 and how many came who are in no roster."""

    summary: CleanText | None = None
    walk_ins: int = Field(default=0, ge=0, le=10_000)


class CloseOutreach(OutreachClosure, Command[OutreachView]):
    outreach_id: UUID


class ReopenOutreach(Command[OutreachView]):
    """Open a closed event again, to enter what was left on paper."""

    outreach_id: UUID


class GetOutreach(Query[OutreachView]):
    outreach_id: UUID


class ListOutreaches(PageRequest, Query[Page[OutreachView]]):
    """The latest first."""

    state: OutreachState | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$", description="code or the beginning of one")
    from_date: date | None = None
    to_date: date | None = None


class OutreachPostingRow(View):
    number: int = Field(description="what people write on paper")
    posting: PostingRow


class OutreachPostingList(View):
    items: list[OutreachPostingRow]


class OutreachPostingChoice(BaseModel, extra="forbid"):
    """The pack's postings in their order; without any, those that suit the village's seekers are chosen."""

    posting_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=200, examples=[[POSTING_ID]])
    at_most: int = Field(default=30, ge=1, le=200, description="how many are chosen when none are named")


class ChooseOutreachPostings(OutreachPostingChoice, Command[OutreachPostingList]):
    """Fix the pack. Numbers already on paper stay with their postings; new ones follow."""

    outreach_id: UUID


class ListOutreachPostings(Query[OutreachPostingList]):
    outreach_id: UUID


class PrintOutreachPack(Command[JobState]):
    """岗位资料袋: the plan, the postings to hang up, the sign-in sheet with the village's seekers, the result sheet."""

    outreach_id: UUID


class OutreachPresences(BaseModel, extra="forbid"):
    people: list[Presented] = Field(min_length=1, max_length=500)
    came_by: EntryWay = EntryWay.staff


class RecordOutreachAttendance(OutreachPresences, Command[PresenceReport]):
    """签到. Recording somebody twice changes nothing."""

    outreach_id: UUID


class ListOutreachAttendance(PageRequest, Query[Page[PresenceView]]):
    """In the order of their coming."""

    outreach_id: UUID


class OutreachWish(Presented):
    """Who wants which posting: by its number in the pack, or its id."""

    number: int | None = Field(default=None, ge=1)
    posting_id: UUID | None = None

    @model_validator(mode="after")
    def one_posting(self) -> Self:
        if (self.number is None) == (self.posting_id is None):
            raise ValueError("name exactly one of number, posting_id")
        return self


class OutreachWishes(BaseModel, extra="forbid"):
    wishes: list[OutreachWish] = Field(min_length=1, max_length=500)
    came_by: EntryWay = EntryWay.staff


class RecordOutreachWishes(OutreachWishes, Command[WishReport]):
    """现场意向: each becomes an accepted offer where gate and cap allow it, and is noted with the reason where not."""

    outreach_id: UUID


class ListOutreachWishes(PageRequest, Query[Page[WishView]]):
    """Newest first."""

    outreach_id: UUID


class OutreachResult(View):
    """活动成效, counted from the rows that everyone else works with too."""

    outreach_id: UUID
    seekers: int = Field(description="seekers of the place")
    attended: int
    walk_ins: int
    slips: int = Field(description="推荐单 printed for this event, each person once")
    wishes: int
    accepted: int = Field(description="wishes that became an accepted offer")
    ordered: int = Field(description="of these, with a dispatch order by now")
    working: int = Field(description="people who came and work by now in a placement from here")


class GetOutreachResult(Query[OutreachResult]):
    outreach_id: UUID


class OutreachChanged(Event):
    """An event was planned, moved, cancelled or closed; the counts are those at that moment."""

    topic: ClassVar[str] = "outreach.changed"
    aggregate: ClassVar[str] = "outreach_id"
    about_worker: ClassVar[str | None] = None

    outreach_id: UUID
    division: str
    state: OutreachState
    starts_at: datetime
    ends_at: datetime
    attended: int = 0
    walk_ins: int = 0
    slips: int = 0
    wishes: int = 0


class OutreachAttended(Event):
    topic: ClassVar[str] = "outreach.attended"
    aggregate: ClassVar[str] = "outreach_id"

    outreach_id: UUID
    worker_id: UUID
    division: str
