"""送岗下村: an event in a village, from its plan to its result."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

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
from shared.contracts.postings.postings import POSTING_ID, PostingRow
from shared.contracts.postings.presence import (
    EntryWay,
    PresenceReport,
    PresenceView,
    Presented,
    WishReport,
    WishView,
)
from shared.contracts.types import DivisionCode, ShortText

__all__ = [
    "OUTREACH_NUMBER_UNKNOWN",
    "CancelOutreach",
    "ChooseOutreachPostings",
    "CloseOutreach",
    "GetOutreach",
    "GetOutreachResult",
    "ListOutreachAttendance",
    "ListOutreachPostings",
    "ListOutreachWishes",
    "ListOutreaches",
    "OutreachAttended",
    "OutreachChanged",
    "OutreachChanges",
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


class OutreachForm(EventForm):
    division: DivisionCode = Field(
        examples=["522631104"], description="village or township; a village that is only named is looked up in it"
    )
    village: ShortText | None = Field(default=None, description="the village's name", examples=["秀洞村"])
    title: ShortText | None = Field(default=None, description="made from place and day when left out")


class OutreachChanges(EventChanges):
    village: ShortText | None = None


class OutreachView(EventView):
    village: str | None
    state: OutreachState
    postings: int = Field(description="how many are in the pack")


class PlanOutreach(OutreachForm, Command[OutreachView]):
    """送岗下村: plan an event. The village's worker group hears of it."""


class UpdateOutreach(OutreachChanges, Command[OutreachView]):
    outreach_id: UUID
    expected_version: int | None = None


class StartOutreach(Command[OutreachView]):
    outreach_id: UUID


class CancelOutreach(EventCancellation, Command[OutreachView]):
    outreach_id: UUID


class CloseOutreach(EventClosure, Command[OutreachView]):
    outreach_id: UUID


class ReopenOutreach(Command[OutreachView]):
    """Open a closed event again, to enter what was left on paper."""

    outreach_id: UUID


class GetOutreach(Query[OutreachView]):
    outreach_id: UUID


class ListOutreaches(EventsBetween, Query[Page[OutreachView]]):
    """The latest first."""

    state: OutreachState | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$", description="code or the beginning of one")


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
