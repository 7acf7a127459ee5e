"""What a posting pays and asks for, in the units in which employers say it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.contracts.types import CleanText, ShortText

__all__ = [
    "COUNTY_ZONE",
    "Education",
    "EmploymentType",
    "LastDay",
    "PayCycle",
    "Requirements",
    "Shift",
    "WageUnit",
    "WageUnitGiven",
    "monthly_cents",
]

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")


class WageUnit(StrEnum):
    hour = "hour"
    day = "day"
    week = "week"
    month = "month"
    year = "year"
    piece = "piece"


class EmploymentType(StrEnum):
    full_time = "full_time"
    part_time = "part_time"
    temporary = "temporary"
    contractor = "contractor"
    intern = "intern"
    other = "other"


class PayCycle(StrEnum):
    """日结, 周结, 月结."""

    daily = "daily"
    weekly = "weekly"
    monthly = "monthly"


class Shift(StrEnum):
    """白班, 夜班, 两班倒, 三班倒, 不固定."""

    day = "day"
    night = "night"
    two_shift = "two_shift"
    three_shift = "three_shift"
    flexible = "flexible"


class Education(StrEnum):
    """At least this; in rising order."""

    none = "none"
    primary = "primary"
    junior_middle = "junior_middle"
    senior_middle = "senior_middle"
    vocational = "vocational"
    college = "college"
    bachelor = "bachelor"
    postgraduate = "postgraduate"


def _text_as_note(given: Any) -> Any:
    return {"note": given} if isinstance(given, str) else given


class Requirements(BaseModel):
    """What the worker must bring and what the place gives. None means that the employer said nothing."""

    model_config = ConfigDict(extra="forbid")

    min_age: int | None = Field(default=None, ge=16, le=80)
    max_age: int | None = Field(default=None, ge=16, le=80)
    education: Education | None = None
    experience_months: int | None = Field(default=None, ge=0, le=600)
    skills: list[ShortText] = Field(
        default_factory=list, max_length=30, description="occupation codes or plain words", examples=[["6-31-05-00"]]
    )
    certificates: list[ShortText] = Field(default_factory=list, max_length=30, examples=[["叉车证"]])
    shift: Shift | None = None
    heavy_work: bool | None = Field(default=None, description="重体力")
    board: bool | None = Field(default=None, description="包吃")
    lodging: bool | None = Field(default=None, description="包住")
    couples: bool | None = Field(default=None, description="夫妻工, 有夫妻房")
    insurance: list[ShortText] = Field(default_factory=list, max_length=10, examples=[["五险"]])
    pay_cycle: PayCycle | None = None
    employment_type: EmploymentType | None = None
    note: CleanText | None = None

    @model_validator(mode="before")
    @classmethod
    def text_is_a_note(cls, given: Any) -> Any:
        return _text_as_note(given)

    @model_validator(mode="after")
    def ages_in_order(self) -> Requirements:
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError("min_age is above max_age")
        return self


def last_day(given: Any) -> Any:
    """A moment becomes the county's day in which it falls: postings and agreements hold to the end of a day."""
    if isinstance(given, str) and "T" in given:
        given = datetime.fromisoformat(given)
    if isinstance(given, datetime):
        return given.astimezone(COUNTY_ZONE).date() if given.tzinfo else given.date()
    return given


LastDay = Annotated[
    date,
    BeforeValidator(last_day),
    Field(description="last day, inclusive, in Asia/Shanghai; a moment is accepted too", examples=["2026-12-31"]),
]
WageUnitGiven = Annotated[WageUnit, BeforeValidator(lambda given: given.lower() if isinstance(given, str) else given)]

# 劳社部发〔2008〕3号: 月计薪天数 21.75 天, 每天 8 小时.
_MONTHLY = {
    WageUnit.hour: 174.0,
    WageUnit.day: 21.75,
    WageUnit.week: 21.75 / 5,
    WageUnit.month: 1.0,
    WageUnit.year: 1 / 12,
}


def monthly_cents(cents: int, unit: WageUnit) -> int | None:
    """The wage by the month, for comparing offers; None for piece work, whose output nobody knows."""
    factor = _MONTHLY.get(unit)
    return None if factor is None else round(cents * factor)
