"""Courses (五个工种 and 养蜂), commissions 培训委托书 and sessions 培训班次."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import Cents, DivisionCode, ShortText

COURSE_EXISTS = ProblemCode(
    "course.exists", ProblemKind.conflict, zh="课程 {code} 已存在。", en="Course {code} exists already."
)
COURSE_NOT_FOUND = ProblemCode(
    "course.not_found",
    ProblemKind.invalid,
    zh="没有课程 {code}, 或已停开。",
    en="There is no course {code}, or it is no longer given.",
)
COMMISSION_SEATS_EXCEEDED = ProblemCode(
    "training_commission.seats_exceeded",
    ProblemKind.conflict,
    zh="培训委托书 {commission_no} 只剩 {left} 个名额。",
    en="Commission {commission_no} has {left} seats left.",
)

BEEKEEPING = "beekeeping"


class Trade(StrEnum):
    """农业实用技术, 餐饮烹饪, 电子手工, 家政服务, 建筑工, 养蜂; `other` for what comes later."""

    farming = "farming"
    catering = "catering"
    electronics = "electronics"
    domestic_service = "domestic_service"
    construction = "construction"
    beekeeping = "beekeeping"
    other = "other"


class CourseView(View):
    code: str = Field(examples=["beekeeping"])
    name: str = Field(examples=["养蜂"])
    trade: Trade
    occupation: str | None = Field(description="职业分类大典 2022", examples=["5-03-03-01"])
    hours: int
    days: int
    attendance_percent: int = Field(description="share of days a certificate needs")
    is_active: bool
    version: int


class CreateCourse(Command[CourseView]):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["forklift"])
    name: ShortText = Field(examples=["叉车操作"])
    trade: Trade = Trade.other
    occupation: str | None = Field(default=None, pattern=r"^\d(-\d{2}){1,3}$")
    hours: int = Field(gt=0, le=2000, description="teaching hours", examples=[40])
    days: int = Field(gt=0, le=366, examples=[5])
    attendance_percent: int = Field(default=80, ge=0, le=100)


class CourseChange(BaseModel, extra="forbid"):
    name: ShortText | None = None
    hours: int | None = Field(default=None, gt=0, le=2000)
    days: int | None = Field(default=None, gt=0, le=366)
    attendance_percent: int | None = Field(default=None, ge=0, le=100)
    is_active: bool | None = None


class ChangeCourse(CourseChange, Command[CourseView]):
    code: str
    expected_version: int | None = None


class GetCourse(Query[CourseView]):
    code: str


class ListCourses(PageRequest, Query[Page[CourseView]]):
    is_active: bool | None = None


class CommissionState(StrEnum):
    issued = "issued"
    completed = "completed"
    cancelled = "cancelled"


class TrainingCommissionView(View):
    """培训委托书: which provider trains how many in what, for how much."""

    id: UUID
    commission_no: str = Field(examples=["PX-2026-0007"])
    course: str
    provider: str
    seats: int
    seats_planned: int = Field(description="seats of its sessions so far")
    budget_cents: int
    starts_on: date
    ends_on: date
    posting_id: UUID | None
    state: CommissionState
    issued_at: datetime
    version: int


class TrainingCommissionForm(BaseModel, extra="forbid"):
    course: str = Field(examples=["beekeeping"])
    provider: ShortText = Field(examples=["黎平县中等职业学校"])
    seats: int = Field(gt=0, le=10_000, examples=[50])
    budget_cents: Cents = Field(examples=[6000000])
    starts_on: date
    ends_on: date
    posting_id: UUID | None = Field(default=None, description="定岗培训: trained for this posting")

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CreateTrainingCommission(TrainingCommissionForm, Command[TrainingCommissionView]):
    """Numbered within the year."""


class GetTrainingCommission(Query[TrainingCommissionView]):
    commission_id: UUID


class CancelTrainingCommission(Command[TrainingCommissionView]):
    """Only while none of its sessions is planned or held."""

    commission_id: UUID


class ListTrainingCommissions(PageRequest, Query[Page[TrainingCommissionView]]):
    """Newest first."""

    state: CommissionState | None = None
    course: str | None = None


class SessionState(StrEnum):
    open = "open"
    completed = "completed"
    cancelled = "cancelled"


class TrainingSessionView(View):
    id: UUID
    commission_id: UUID | None
    course: str
    course_name: str
    place: str
    division: str | None
    starts_on: date
    ends_on: date
    capacity: int
    enrolled: int
    waiting: int
    posting_id: UUID | None
    state: SessionState
    version: int


class TrainingSessionForm(BaseModel, extra="forbid"):
    course: str | None = Field(default=None, description="left out: the commission's", examples=["beekeeping"])
    commission_id: UUID | None = None
    place: ShortText = Field(examples=["岩洞镇就业服务中心二楼"])
    division: DivisionCode | None = None
    starts_on: date
    ends_on: date
    capacity: int = Field(gt=0, le=1000, examples=[30])

    @model_validator(mode="after")
    def names_course_and_days(self) -> Self:
        if self.course is None and self.commission_id is None:
            raise ValueError("name course or commission_id")
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CreateTrainingSession(TrainingSessionForm, Command[TrainingSessionView]):
    """Within the commission's seats, where it belongs to one."""


class GetTrainingSession(Query[TrainingSessionView]):
    session_id: UUID


class ListTrainingSessions(PageRequest, Query[Page[TrainingSessionView]]):
    """Latest start first; workers and the public see the open ones."""

    state: SessionState | None = None
    course: str | None = None
    from_date: date | None = None


class CancelTrainingSession(Command[TrainingSessionView]):
    """Every enrolment of it is cancelled."""

    session_id: UUID
