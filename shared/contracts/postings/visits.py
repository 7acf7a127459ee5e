"""岗位开发: an outpost's liaison officer visits an employer and brings openings back, with a photo."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.employers import EMPLOYER_ID
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, ShortText

__all__ = [
    "VISIT_IN_FUTURE",
    "VISIT_PHOTOS_FULL",
    "VISIT_PHOTO_NO_PICTURE",
    "VISIT_WITHOUT_EMPLOYER",
    "AddVisitPhoto",
    "GetVisit",
    "GetVisitPhoto",
    "ListVisits",
    "RecordVisit",
    "RemoveVisitPhoto",
    "UpdateVisit",
    "VisitChanges",
    "VisitForm",
    "VisitPhoto",
    "VisitRow",
    "VisitView",
]

VISIT_IN_FUTURE = ProblemCode(
    "visit.in_future",
    ProblemKind.invalid,
    zh="走访日期 {visited_on} 还没有到。",
    en="The day of the visit, {visited_on}, has not come yet.",
)
VISIT_WITHOUT_EMPLOYER = ProblemCode(
    "visit.without_employer",
    ProblemKind.invalid,
    zh="请选择已登记的企业, 或填写新企业的名称。",
    en="Name a registered employer, or the name of a new one.",
)
VISIT_PHOTO_NO_PICTURE = ProblemCode(
    "visit.photo_no_picture",
    ProblemKind.invalid,
    zh="照片应为 JPEG、PNG 或 WebP 图片。",
    en="The photo must be a JPEG, PNG or WebP picture.",
)
VISIT_PHOTOS_FULL = ProblemCode(
    "visit.photos_full",
    ProblemKind.conflict,
    zh="每次走访最多保存 {most} 张照片。",
    en="A visit keeps at most {most} photos.",
)


class VisitPhoto(View):
    number: int
    media_type: str
    size: int


class VisitRow(View):
    id: UUID
    outpost: OutpostCode
    employer_id: UUID | None = None
    employer_name: str
    visited_on: date
    officer: str = Field(description="the account that made the visit")
    openings: int = Field(description="openings that the employer named")
    postings: int = Field(default=0, description="postings that were opened from this visit")
    photos: list[VisitPhoto] = Field(default_factory=list)
    next_visit_on: date | None = None
    version: int
    created_at: datetime


class VisitView(VisitRow):
    met_with: str | None = Field(default=None, description="for the outpost that made the visit and HQ")
    summary: str


class VisitForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    employer_id: UUID | None = Field(default=None, examples=[EMPLOYER_ID])
    employer_name: ShortText | None = Field(default=None, description="of an employer that is not registered yet")
    visited_on: date = Field(examples=["2026-03-05"])
    met_with: ShortText | None = Field(default=None, examples=["人事部王经理"])
    summary: CleanText = Field(examples=["三月新增两条包装线, 需 20 人, 包吃住, 夫妻房充足"])
    openings: int = Field(default=0, ge=0, le=100_000)
    next_visit_on: date | None = None


class RecordVisit(VisitForm, Command[VisitView]):
    """Record a visit. Its photos follow; postings name it by `visit_id`."""


class VisitChanges(BaseModel):
    """What may change of a visit. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    employer_id: UUID | None = Field(default=None, description="once a new employer was registered")
    met_with: ShortText | None = None
    summary: CleanText | None = None
    openings: int | None = Field(default=None, ge=0, le=100_000)
    next_visit_on: date | None = None


class UpdateVisit(VisitChanges, Command[VisitView]):
    visit_id: UUID
    expected_version: int | None = None


class AddVisitPhoto(Command[VisitView]):
    visit_id: UUID
    photo: BlobRef


class RemoveVisitPhoto(Command[VisitView]):
    visit_id: UUID
    number: int


class GetVisit(Query[VisitView]):
    visit_id: UUID


class GetVisitPhoto(Query[BlobRef]):
    visit_id: UUID
    number: int


class ListVisits(PageRequest, Query[Page[VisitRow]]):
    """The latest first."""

    employer_id: UUID | None = None
    outpost: OutpostCode | None = None
    visited_from: date | None = None
    visited_to: date | None = None
    due_by: date | None = Field(default=None, description="whose next visit is due by this day")
