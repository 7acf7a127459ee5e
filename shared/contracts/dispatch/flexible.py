"""县内灵活就业安置: people who work by the day near home; a spell each, a roster of days, and what they were paid."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.types import Cents, DivisionCode, ShortText


class FlexibleEnd(StrEnum):
    """Why a spell of day work ended."""

    work_finished = "work_finished"
    worker_left = "worker_left"
    went_out = "went_out"
    found_permanent = "found_permanent"
    recorded_wrongly = "recorded_wrongly"


class FlexiblePlacementForm(BaseModel, extra="forbid"):
    """Where somebody works by the day from now on."""

    workplace: ShortText = Field(examples=["敖市镇茶叶合作社"])
    occupation: ShortText | None = Field(default=None, examples=["采茶工"])
    employer_id: UUID | None = Field(default=None, description="where the workplace is a registered employer")
    day_pay_cents: Cents = Field(description="what a whole day pays unless the roster says otherwise", examples=[12000])
    started_on: date


class FlexiblePlacementView(FlexiblePlacementForm, View):
    """FlexiblePlacement 县内灵活就业安置."""

    id: UUID
    worker_id: UUID
    division: str
    ended_on: date | None = None
    end_reason: FlexibleEnd | None = None
    half_days: int = Field(default=0, description="recorded so far; two are a day")
    pay_cents: int = 0
    closed_before: date | None = Field(default=None, description="months before this day are closed")
    recorded_at: datetime
    version: int


class StartFlexiblePlacement(FlexiblePlacementForm, Command[FlexiblePlacementView]):
    """Record that somebody works by the day; one such spell a person at a time."""

    worker_id: UUID


class EndFlexiblePlacement(Command[FlexiblePlacementView]):
    """Record the end; `ended_on` is the first day without the work. Its months are closed with it."""

    placement_id: UUID
    ended_on: date
    reason: FlexibleEnd
    expected_version: int | None = None


class FlexibleEndForm(BaseModel, extra="forbid"):
    ended_on: date = Field(description="the first day without the work")
    reason: FlexibleEnd


class GetFlexiblePlacement(Query[FlexiblePlacementView]):
    placement_id: UUID


class ListFlexiblePlacements(PageRequest, Query[Page[FlexiblePlacementView]]):
    """Spells of day work, the latest start first."""

    worker_id: UUID | None = None
    division: DivisionCode | None = Field(default=None, description="the worker's home: this one and all under it")
    workplace: ShortText | None = Field(default=None, description="a part of its name")
    is_current: bool | None = None


class WorkDayRow(BaseModel, extra="forbid"):
    """One person's day: whole or half, and its pay where it is not the agreed one."""

    placement_id: UUID
    half_days: int = Field(default=2, ge=0, le=2, description="2 a whole day, 1 half a day, 0 takes the day back")
    pay_cents: Cents | None = None
    workplace: ShortText | None = None


class RecordedDays(View):
    """What a roster of a day came to."""

    on: date
    recorded: int
    taken_back: int
    half_days: int
    pay_cents: int


class RecordWorkDays(Command[RecordedDays]):
    """Record the day-work roster of one day. A person's day again replaces what was recorded."""

    on: date
    rows: list[WorkDayRow] = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({row.placement_id for row in self.rows}) < len(self.rows):
            raise ValueError("a person appears once in a day's roster")
        return self


class WorkDayView(View):
    """One recorded day of one person."""

    placement_id: UUID
    worker_id: UUID
    on: date
    half_days: int
    pay_cents: int
    workplace: str
    recorded_by: str
    recorded_at: datetime


class ListWorkDays(PageRequest, Query[Page[WorkDayView]]):
    """Recorded days, the latest first."""

    placement_id: UUID | None = None
    worker_id: UUID | None = None
    division: DivisionCode | None = None
    on_from: date | None = None
    on_to: date | None = None


class FlexibleMonthRow(View):
    """One person's month."""

    placement_id: UUID
    worker_id: UUID
    division: str
    workplace: str
    half_days: int
    pay_cents: int


class ListFlexibleMonth(PageRequest, Query[Page[FlexibleMonthRow]]):
    """A month's days and pay, person by person."""

    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-03"])
    division: DivisionCode | None = None


class ExportFlexibleMonth(Command[JobState]):
    """Make the month's roster 日工花名册 as a spreadsheet with names."""

    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-03"])
    division: DivisionCode | None = None
