"""培训班次: when and where a course is held, for how many, and for which posting (定岗培训)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.types import Cents, DivisionCode, ShortText


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
    teacher: str | None
    starts_on: date
    ends_on: date
    capacity: int
    enrolled: int
    waiting: int
    posting_id: UUID | None
    posting_title: str | None
    state: SessionState
    version: int


class TrainingSessionForm(BaseModel, extra="forbid"):
    course: str | None = Field(default=None, description="left out: the commission's", examples=["beekeeping"])
    commission_id: UUID | None = None
    place: ShortText = Field(examples=["岩洞镇就业服务中心二楼"])
    division: DivisionCode | None = None
    teacher: ShortText | None = None
    starts_on: date
    ends_on: date
    capacity: int = Field(gt=0, le=1000, examples=[30])
    cost_cents: Cents = Field(default=0, description="what the provider charges for it", examples=[3600000])
    posting_id: UUID | None = Field(default=None, description="定岗培训; within a commission, the commission's")

    @model_validator(mode="after")
    def names_course_and_days(self) -> Self:
        if self.course is None and self.commission_id is None:
            raise ValueError("name course or commission_id")
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CreateTrainingSession(TrainingSessionForm, Command[TrainingSessionView]):
    """Within the commission's seats, budget and term, where it belongs to one."""


class TrainingSessionChange(BaseModel, extra="forbid"):
    place: ShortText | None = None
    division: DivisionCode | None = None
    teacher: ShortText | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    capacity: int | None = Field(default=None, gt=0, le=1000, description="more seats go to those who wait")


class ChangeTrainingSession(TrainingSessionChange, Command[TrainingSessionView]):
    """While it is open."""

    session_id: UUID
    expected_version: int | None = None


class GetTrainingSession(Query[TrainingSessionView]):
    session_id: UUID


class ListTrainingSessions(PageRequest, Query[Page[TrainingSessionView]]):
    """Latest start first; workers and the public see the open ones."""

    state: SessionState | None = None
    course: str | None = None
    posting_id: UUID | None = None
    commission_id: UUID | None = None
    from_date: date | None = None


class CompleteTrainingSession(Command[TrainingSessionView]):
    """It was held; those who still wait are let go. Certificates can be issued afterwards too."""

    session_id: UUID


class CancelTrainingSession(Command[TrainingSessionView]):
    """Every enrolment of it is cancelled."""

    session_id: UUID
