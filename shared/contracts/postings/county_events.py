"""What events of every kind share, in a village or at a fair: where and when, who does what, how it is called off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from shared.contracts.base import PageRequest, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.presence import EventStaff
from shared.contracts.types import CleanText, ShortText

__all__ = [
    "EVENT_POSTING_NOT_OPEN",
    "EVENT_TIMES_INVALID",
    "EVENT_VILLAGE_UNKNOWN",
    "EventCancellation",
    "EventChanges",
    "EventClosure",
    "EventForm",
    "EventView",
    "EventsBetween",
]

EVENT_TIMES_INVALID = ProblemCode(
    "event.times_invalid",
    ProblemKind.invalid,
    zh="结束时间必须晚于开始时间。",
    en="The end must be after the beginning.",
)
EVENT_VILLAGE_UNKNOWN = ProblemCode(
    "event.village_unknown",
    ProblemKind.invalid,
    zh="{township}没有编码为 {division} 的村, 名册里也没有人住在这个编码下。是不是: {likely}",
    en="{township} has no village with the code {division}, and nobody in the rosters lives under it. Did you mean: "
    "{likely}",
)
EVENT_POSTING_NOT_OPEN = ProblemCode(
    "event.posting_not_open",
    ProblemKind.conflict,
    zh="有 {count} 个岗位没有找到或已停止招聘, 不能带去活动。",
    en="{count} of these postings are not open; they cannot be taken to an event.",
)


class EventForm(BaseModel, extra="forbid"):
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


class EventChanges(BaseModel, extra="forbid"):
    """What may change before the event is over; what is left out stays."""

    title: ShortText | None = None
    venue: ShortText | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    plan: CleanText | None = None
    staff: list[EventStaff] | None = Field(default=None, max_length=50)


class EventCancellation(BaseModel, extra="forbid"):
    reason: ShortText = Field(examples=["暴雨, 改期"])


class EventClosure(BaseModel, extra="forbid"):
    """What the staff report: 工作小结 and how many came who are in no roster."""

    summary: CleanText | None = None
    walk_ins: int = Field(default=0, ge=0, le=100_000)


class EventView(View):
    id: UUID
    title: str
    division: str
    division_name: str | None
    venue: str
    starts_at: datetime
    ends_at: datetime
    plan: str | None
    staff: list[EventStaff]
    walk_ins: int = Field(description="who came and is in no roster yet")
    summary: str | None
    cancelled_because: str | None
    planned_by: str
    created_at: datetime
    closed_at: datetime | None
    version: int


class EventsBetween(PageRequest):
    """The latest first."""

    from_date: date | None = None
    to_date: date | None = None
