"""易搬社区就业服务站: nine in the county, each held to the 五有 with evidence that runs out."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import CleanText, DivisionCode, ShortText

STATION_FILES_FULL = ProblemCode(
    "station.files_full",
    ProblemKind.conflict,
    zh="一次检查最多附{most}份证明材料。",
    en="An inspection takes {most} files at most.",
)


class FiveHave(StrEnum):
    """五有: 有办公场所, 有设备, 有制度, 有人员, 有规范运营."""

    premises = "premises"
    equipment = "equipment"
    rules = "rules"
    staff = "staff"
    operation = "operation"


class StationItem(View):
    """`is_met` today: inspected, found, and not run out."""

    item: FiveHave
    is_met: bool
    evidence: str | None
    inspected_on: date | None
    expires_on: date | None
    inspected_by: str | None


class StationView(View):
    id: UUID
    version: int
    name: str = Field(examples=["龙形社区就业服务站"])
    division: str
    address: str | None
    hours: str | None
    staff: list[str] = Field(description="who is on duty, as the door says")
    is_active: bool
    items: list[StationItem] = Field(description="the 五有, all five")
    met: int = Field(description="how many of the five are met today")
    created_at: datetime


class OpenStation(Command[StationView]):
    name: ShortText = Field(examples=["龙形社区就业服务站"])
    division: DivisionCode
    address: ShortText | None = None
    hours: ShortText | None = Field(default=None, examples=["周一至周六 8:30-17:30"])
    staff: list[ShortText] = Field(default_factory=list, max_length=30)


class StationChange(BaseModel, extra="forbid"):
    name: ShortText | None = None
    address: ShortText | None = None
    hours: ShortText | None = None
    staff: list[ShortText] | None = Field(default=None, max_length=30)
    is_active: bool | None = None


class ChangeStation(StationChange, Command[StationView]):
    station_id: UUID
    expected_version: int | None = None


class InspectionForm(BaseModel, extra="forbid"):
    """What was found on a day; what is there needs its evidence and a day on which to look again."""

    item: FiveHave
    is_met: bool
    evidence: CleanText | None = Field(default=None, examples=["照片 3 张, 存档号 WY-2026-014"])
    inspected_on: date
    expires_on: date | None = None

    @model_validator(mode="after")
    def is_proved(self) -> Self:
        if self.is_met and (self.evidence is None or self.expires_on is None):
            raise ValueError("what is met needs evidence and expires_on")
        if self.expires_on and self.expires_on < self.inspected_on:
            raise ValueError("expires_on must not be before inspected_on")
        return self


class InspectStation(InspectionForm, Command[StationView]):
    """The newest inspection of an item counts; earlier ones stay."""

    station_id: UUID


class GetStation(Query[StationView]):
    station_id: UUID


class ListStations(PageRequest, Query[Page[StationView]]):
    """By division and name."""

    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    is_active: bool | None = True


class StationFileView(View):
    """A photo or a scan that proves what an inspection found."""

    id: UUID
    file: BlobRef
    added_by: str
    added_at: datetime


class AttachInspectionFile(Command[StationFileView]):
    """At most ten an inspection."""

    station_id: UUID
    inspection_id: UUID
    file: BlobRef


class GetInspectionFile(Query[StationFileView]):
    station_id: UUID
    file_id: UUID


class StationInspectionView(View):
    id: UUID
    item: FiveHave
    is_met: bool
    evidence: str | None
    inspected_on: date
    expires_on: date | None
    inspected_by: str
    recorded_at: datetime
    files: list[StationFileView] = Field(default_factory=list)


class ListStationInspections(PageRequest, Query[Page[StationInspectionView]]):
    """Newest first."""

    station_id: UUID


class LapsingItem(View):
    station_id: UUID
    station_name: str
    division: str
    item: FiveHave
    expires_on: date | None = Field(description="null: never met, or found wanting")
    days_overdue: int | None = Field(description="since the evidence ran out; null where it has not")


class LapsingItems(View):
    items: list[LapsingItem]


class ListLapsingItems(Query[LapsingItems]):
    """Items of active stations that are not met, or will no longer be within so many days."""

    days: int = Field(default=30, ge=0, le=366)
    overdue: bool = Field(default=False, description="only those that are not met today")
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
