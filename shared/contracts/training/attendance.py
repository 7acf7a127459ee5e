"""Attendance: by the day's list, one by one, or by the learner's own phone on the code of the day."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View


class AttendanceSource(StrEnum):
    """名单, 逐个登记, 扫码."""

    list = "list"
    staff = "staff"
    code = "code"


class AttendanceForm(BaseModel, extra="forbid"):
    """The whole list of one day; sent again it replaces that day's list."""

    on: date = Field(examples=["2026-11-24"])
    present: list[UUID] = Field(max_length=1000, description="worker ids; everyone else enrolled was absent")


class AttendanceView(View):
    session_id: UUID
    on: date
    present: int
    absent: int


class RecordAttendance(AttendanceForm, Command[AttendanceView]):
    session_id: UUID


class CheckInForm(BaseModel, extra="forbid"):
    worker_id: UUID
    on: date | None = Field(default=None, description="left out: today")


class CheckInView(View):
    """One learner on one day; a second check-in is the first."""

    session_id: UUID
    enrolment_id: UUID
    course_name: str
    place: str
    on: date
    source: AttendanceSource
    recorded_at: datetime


class CheckIn(CheckInForm, Command[CheckInView]):
    """Staff record one learner who has come."""

    session_id: UUID


class CodeForm(BaseModel, extra="forbid"):
    code: str = Field(min_length=10, max_length=2000, repr=False, description="what the code of the day carries")


class CheckInByCode(CodeForm, Command[CheckInView]):
    """A learner scans the code of the day: it holds for one session and one day."""


class AttendanceCodeView(View):
    """The code of one day, to show on a wall or print: `svg` is the QR code of `url`."""

    session_id: UUID
    on: date
    code: str
    url: str
    svg: str
    expires_at: datetime


class MakeAttendanceCode(Query[AttendanceCodeView]):
    """`minutes` short for a screen that is refreshed, so that a photograph of it is soon worthless."""

    session_id: UUID
    on: date | None = Field(default=None, description="left out: today")
    minutes: int | None = Field(default=None, ge=1, le=1440, description="left out: to the end of that day")


class AttendanceRow(View):
    worker_id: UUID
    on: date
    is_present: bool
    source: AttendanceSource
    recorded_at: datetime


class ListAttendance(PageRequest, Query[Page[AttendanceRow]]):
    """By day."""

    session_id: UUID
    on: date | None = None


class PrintSignInSheet(Command[JobState]):
    """签到表: the day's code beside the roster with room for signatures."""

    session_id: UUID
    on: date | None = Field(default=None, description="left out: today, or the session's first day")
