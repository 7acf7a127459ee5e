"""招聘岗位: what a posting is, and the states it goes through."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.requirements import LastDay, Requirements, WageUnit, WageUnitGiven
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText, DivisionCode, ShortText

__all__ = [
    "POSTING_OWNED_BY_FEED",
    "POSTING_UNKNOWN_DIVISION",
    "POSTING_UNKNOWN_OCCUPATION",
    "POSTING_VALID_THROUGH_PAST",
    "POSTING_WAGE_INVALID",
    "ClosePosting",
    "CloseReason",
    "GetPosting",
    "GetPostings",
    "ListPostings",
    "OpenPosting",
    "PostingChanges",
    "PostingClosure",
    "PostingList",
    "PostingReopening",
    "PostingRow",
    "PostingSource",
    "PostingState",
    "PostingView",
    "PublishPosting",
    "ReopenPosting",
    "UpdatePosting",
]

POSTING_ID = "0198c1d2-9b01-7a5b-8c6d-7e8f90a1b2c3"

POSTING_WAGE_INVALID = ProblemCode(
    "posting.wage_invalid",
    ProblemKind.invalid,
    zh="最低工资不能高于最高工资, 且两者须同时填写并注明单位。",
    en="The lowest wage may not be above the highest; give both, with their unit.",
)
POSTING_VALID_THROUGH_PAST = ProblemCode(
    "posting.valid_through_past",
    ProblemKind.invalid,
    zh="有效期 {valid_through} 已经过去。",
    en="The last day, {valid_through}, is already past.",
)
POSTING_UNKNOWN_DIVISION = ProblemCode(
    "posting.unknown_division",
    ProblemKind.invalid,
    zh="没有行政区划 {division}。",
    en="There is no division {division}.",
)
POSTING_UNKNOWN_OCCUPATION = ProblemCode(
    "posting.unknown_occupation",
    ProblemKind.invalid,
    zh="职业分类大典 (2022) 中没有 {occupation}。",
    en="The 2022 classification of occupations has no {occupation}.",
)
POSTING_OWNED_BY_FEED = ProblemCode(
    "posting.owned_by_feed",
    ProblemKind.conflict,
    zh="该岗位由企业的数据源维护, 请在数据源中修改。",
    en="This posting is kept by the employer's feed; change it there.",
)


class PostingState(StrEnum):
    """draft -> open <-> filled; open or filled -> closed | expired; closed or expired -> open again by decision."""

    draft = "draft"
    open = "open"
    filled = "filled"
    closed = "closed"
    expired = "expired"


class PostingSource(StrEnum):
    hq = "hq"
    outpost = "outpost"
    partner = "partner"
    feed = "feed"


class CloseReason(StrEnum):
    """Why a posting ended."""

    withdrawn = "withdrawn"
    filled_elsewhere = "filled_elsewhere"
    missing_from_feed = "missing_from_feed"
    removed_by_feed = "removed_by_feed"
    expired = "expired"
    employer_blocked = "employer_blocked"
    unlawful = "unlawful"


class PostingRow(View):
    id: UUID = Field(examples=[POSTING_ID])
    employer_id: UUID
    agreement_id: UUID | None = None
    outpost: OutpostCode | None = None
    source: PostingSource
    title: str = Field(examples=["包装工"])
    company: str = Field(description="as the posting names it", examples=["东莞市长安鑫源电子有限公司"])
    occupation: str | None = Field(default=None, description="职业分类大典 2022", examples=["6-31-05-00"])
    occupation_name: str | None = None
    division: str | None = Field(default=None, examples=["441900119"])
    division_name: str | None = None
    place: str | None = Field(default=None, description="the place as the employer wrote it")
    openings: int
    openings_free: int
    wage_min_cents: int | None = Field(default=None, description="None: to be agreed (面议)")
    wage_max_cents: int | None = None
    wage_unit: WageUnit | None = None
    valid_through: date | None = None
    state: PostingState
    duplicate_of: UUID | None = Field(default=None, description="the posting of another source that tells the same")
    is_stale: bool = Field(default=False, description="nobody confirmed it for long: it is offered to nobody")
    version: int
    updated_at: datetime


class PostingView(PostingRow):
    description: str | None = None
    requirements: Requirements = Field(default_factory=Requirements)
    address: str | None = None
    wage_text: str | None = Field(default=None, description="the wage as the employer wrote it")
    contact: str | None = Field(default=None, description="for HQ, the outpost that collected it and the employer")
    apply_url: str | None = None
    feed_id: UUID | None = None
    reference: str | None = Field(default=None, description="the employer's own number")
    occupation_confidence: float | None = None
    division_confidence: float | None = None
    posted_on: date | None = None
    visit_id: UUID | None = Field(default=None, description="the visit on which it was collected")
    confirmed_at: datetime | None = None
    stale_since: datetime | None = None
    close_reason: CloseReason | None = None
    closed_at: datetime | None = None
    created_at: datetime


class OpenPosting(Command[PostingView]):
    """Record an opening that a liaison officer, HQ or the employer collected; `as_draft` keeps it from the public."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "employer_id": "0198c1d2-7a01-7a5b-8c6d-7e8f90a1b2c3",
                    "title": "包装工",
                    "occupation": "6-31-05-00",
                    "openings": 20,
                    "wage_min_cents": 450000,
                    "wage_max_cents": 600000,
                    "wage_unit": "month",
                    "division": "441900119",
                    "valid_through": "2030-12-31",
                    "requirements": {
                        "min_age": 18,
                        "max_age": 50,
                        "board": True,
                        "lodging": True,
                        "shift": "two_shift",
                    },
                }
            ]
        }
    )

    employer_id: UUID
    agreement_id: UUID | None = None
    outpost: OutpostCode | None = Field(default=None, description="the outpost that collected it")
    visit_id: UUID | None = Field(default=None, description="the visit 岗位开发 on which it was collected")
    title: ShortText
    company: ShortText | None = Field(default=None, description="where the work is done, if not at the employer itself")
    occupation: str | None = Field(default=None, max_length=20, description="recognised from the title when left out")
    openings: int = Field(ge=1, le=100_000)
    wage_min_cents: Cents | None = None
    wage_max_cents: Cents | None = None
    wage_unit: WageUnitGiven | None = None
    division: DivisionCode
    address: str | None = Field(default=None, max_length=500)
    valid_through: LastDay
    description: CleanText | None = None
    requirements: Requirements = Field(default_factory=Requirements)
    contact: str | None = Field(default=None, max_length=200)
    as_draft: bool = False

    @model_validator(mode="after")
    def wage_is_whole(self) -> Self:
        low, high, unit = self.wage_min_cents, self.wage_max_cents, self.wage_unit
        given = [value is not None for value in (low, high, unit)]
        if any(given) and not all(given):
            raise ValueError("give wage_min_cents, wage_max_cents and wage_unit together")
        if low is not None and high is not None and low > high:
            raise ValueError("wage_min_cents is above wage_max_cents")
        return self


class PostingChanges(BaseModel):
    """What may change of a posting. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    title: ShortText | None = None
    company: ShortText | None = None
    occupation: str | None = Field(default=None, max_length=20)
    openings: int | None = Field(default=None, ge=1, le=100_000)
    wage_min_cents: Cents | None = None
    wage_max_cents: Cents | None = None
    wage_unit: WageUnitGiven | None = None
    division: DivisionCode | None = None
    address: str | None = Field(default=None, max_length=500)
    valid_through: LastDay | None = None
    description: CleanText | None = None
    requirements: Requirements | None = None
    contact: str | None = Field(default=None, max_length=200)


class UpdatePosting(PostingChanges, Command[PostingView]):
    """Openings may fall below those taken: nobody loses a seat, and none is given out."""

    posting_id: UUID
    expected_version: int | None = None


class PublishPosting(Command[PostingView]):
    """draft -> open."""

    posting_id: UUID


class PostingClosure(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: CloseReason = CloseReason.withdrawn


class ClosePosting(PostingClosure, Command[PostingView]):
    """open or filled -> closed. Orders already issued keep their opening."""

    posting_id: UUID


class PostingReopening(BaseModel):
    model_config = ConfigDict(extra="forbid")

    valid_through: LastDay


class ReopenPosting(PostingReopening, Command[PostingView]):
    """closed or expired -> open, with a new last day."""

    posting_id: UUID


class GetPosting(Query[PostingView]):
    posting_id: UUID


class PostingList(View):
    items: list[PostingRow]


class GetPostings(Query[PostingList]):
    """Several postings by id, for a paper or a page; ids that the asker may not see are left out."""

    posting_ids: list[UUID] = Field(max_length=500)


class ListPostings(PageRequest, Query[Page[PostingRow]]):
    """Newest first."""

    state: PostingState | None = None
    employer_id: UUID | None = None
    outpost: OutpostCode | None = None
    feed_id: UUID | None = None
    visit_id: UUID | None = None
    duplicate_of: UUID | None = None
    is_stale: bool | None = Field(default=None, description="not confirmed for long")
    ending_before: date | None = Field(default=None, description="open ones whose last day is before this one")
    division: str | None = Field(default=None, pattern=r"^\d{2,12}$", description="code or the beginning of one")
    occupation: str | None = Field(default=None, max_length=20, description="code or the beginning of one")
    q: str | None = Field(default=None, max_length=100)
    needs_review: bool | None = Field(default=None, description="occupation or division not recognised for sure")
