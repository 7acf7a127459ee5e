"""线上宣传: what was published where, with which postings, and how many it reached."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, Field, HttpUrl, model_validator

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.postings.postings import POSTING_ID
from shared.contracts.postings.publication import PublicPosting
from shared.contracts.types import CleanText, DivisionCode, ShortText

__all__ = [
    "CampaignChanged",
    "CampaignChanges",
    "CampaignChannel",
    "CampaignForm",
    "CampaignReachView",
    "CampaignState",
    "CampaignView",
    "CancelCampaign",
    "CountCampaignVisit",
    "EndCampaign",
    "GetCampaign",
    "GetCampaignReach",
    "GetPublicCampaign",
    "ListCampaigns",
    "ListPublicCampaigns",
    "PlanCampaign",
    "PublicCampaign",
    "ReachDay",
    "ReachForm",
    "ReportCampaignReach",
    "StartCampaign",
    "UpdateCampaign",
    "VisitCounted",
]


class CampaignChannel(StrEnum):
    """就业服务小程序, 视频号直播, 短视频, 抖音, 电视 …"""

    mini_program = "mini_program"
    video_live = "video_live"
    short_video = "short_video"
    douyin = "douyin"
    television = "television"
    broadcast = "broadcast"
    official_account = "official_account"
    poster = "poster"
    other = "other"


class CampaignState(StrEnum):
    """planned -> running -> ended; planned -> cancelled. A running one ends by itself after its last day."""

    planned = "planned"
    running = "running"
    ended = "ended"
    cancelled = "cancelled"


class CampaignForm(BaseModel, extra="forbid"):
    title: ShortText = Field(examples=["春节返岗专场直播"])
    channel: CampaignChannel = Field(examples=["video_live"])
    starts_on: date = Field(examples=["2027-02-08"])
    ends_on: date = Field(examples=["2027-02-20"])
    posting_ids: list[UUID] = Field(default_factory=list, max_length=200, examples=[[POSTING_ID]])
    division: DivisionCode | None = Field(default=None, description="whom it is for, if not the whole county")
    url: HttpUrl | None = Field(default=None, max_length=500, description="where it was published")
    text: CleanText | None = Field(default=None, description="what is said")

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CampaignChanges(BaseModel, extra="forbid"):
    title: ShortText | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    posting_ids: list[UUID] | None = Field(default=None, max_length=200)
    url: HttpUrl | None = Field(default=None, max_length=500)
    text: CleanText | None = None


class CampaignView(View):
    id: UUID
    code: str = Field(description="the page /c/{code} is the campaign's own; visits to it are counted")
    title: str
    channel: CampaignChannel
    starts_on: date
    ends_on: date
    posting_ids: list[UUID]
    division: str | None
    url: str | None
    text: str | None
    state: CampaignState
    views: int = Field(description="all that was reported and counted")
    enquiries: int
    planned_by: str
    created_at: datetime
    version: int


class PlanCampaign(CampaignForm, Command[CampaignView]):
    """Raises EVENT_POSTING_NOT_OPEN."""


class UpdateCampaign(CampaignChanges, Command[CampaignView]):
    campaign_id: UUID
    expected_version: int | None = None


class StartCampaign(Command[CampaignView]):
    campaign_id: UUID


class EndCampaign(Command[CampaignView]):
    campaign_id: UUID


class CancelCampaign(Command[CampaignView]):
    campaign_id: UUID


class GetCampaign(Query[CampaignView]):
    campaign_id: UUID


class ListCampaigns(PageRequest, Query[Page[CampaignView]]):
    """The latest first."""

    state: CampaignState | None = None
    channel: CampaignChannel | None = None


class ReachForm(BaseModel, extra="forbid"):
    """What the platform shows for one day. Reported again, the day is corrected."""

    on_day: date
    views: int = Field(default=0, ge=0, le=1_000_000_000)
    likes: int = Field(default=0, ge=0, le=1_000_000_000)
    shares: int = Field(default=0, ge=0, le=1_000_000_000)
    enquiries: int = Field(default=0, ge=0, le=1_000_000, description="people who asked: 咨询")


class ReachDay(View):
    on_day: date
    is_counted: bool = Field(description="counted on the campaign's own page; else reported from the platform")
    views: int
    likes: int
    shares: int
    enquiries: int


class CampaignReachView(View):
    campaign_id: UUID
    views: int
    likes: int
    shares: int
    enquiries: int
    days: list[ReachDay]


class ReportCampaignReach(ReachForm, Command[CampaignReachView]):
    campaign_id: UUID


class GetCampaignReach(Query[CampaignReachView]):
    campaign_id: UUID


class PublicCampaign(View):
    """A running campaign as everyone may read it, the mini-program too."""

    code: str
    title: str
    channel: CampaignChannel
    text: str | None
    url: str | None
    starts_on: date
    ends_on: date
    postings: list[PublicPosting] = Field(default_factory=list)


class ListPublicCampaigns(PageRequest, Query[Page[PublicCampaign]]):
    """Those running, the newest first; without their postings."""


class GetPublicCampaign(Query[PublicCampaign]):
    code: str = Field(max_length=40)


class VisitCounted(View):
    is_counted: bool


class CountCampaignVisit(Command[VisitCounted]):
    """One look at the campaign's page. Nothing of the visitor is kept."""

    code: str = Field(max_length=40)


class CampaignChanged(Event):
    topic: ClassVar[str] = "campaign.changed"
    aggregate: ClassVar[str] = "campaign_id"
    about_worker: ClassVar[str | None] = None

    campaign_id: UUID
    channel: CampaignChannel
    state: CampaignState
    starts_on: date
    ends_on: date
    postings: int = 0
    views: int = 0
    enquiries: int = 0
