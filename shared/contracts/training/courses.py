"""Courses: the account's five trades (五个工种) and 养蜂, and what HQ adds."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.types import LongText, ShortText

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
    description: str | None = None
    hours: int
    days: int
    attendance_percent: int = Field(description="share of days a certificate needs")
    pass_score: int | None = Field(description="points of 100 that a certificate needs; null: no examination")
    is_active: bool
    version: int


class CreateCourse(Command[CourseView]):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["forklift"])
    name: ShortText = Field(examples=["叉车操作"])
    trade: Trade = Trade.other
    occupation: str | None = Field(default=None, pattern=r"^\d(-\d{2}){1,3}$", examples=["6-30-05-03"])
    description: LongText | None = None
    hours: int = Field(gt=0, le=2000, description="teaching hours", examples=[40])
    days: int = Field(gt=0, le=366, examples=[5])
    attendance_percent: int = Field(default=80, ge=0, le=100)
    pass_score: int | None = Field(default=None, ge=1, le=100, description="left out: no examination")


class CourseChange(BaseModel, extra="forbid"):
    name: ShortText | None = None
    description: LongText | None = None
    hours: int | None = Field(default=None, gt=0, le=2000)
    days: int | None = Field(default=None, gt=0, le=366)
    attendance_percent: int | None = Field(default=None, ge=0, le=100)
    pass_score: int | None = Field(default=None, ge=0, le=100, description="0: no examination any more")
    is_active: bool | None = None


class ChangeCourse(CourseChange, Command[CourseView]):
    """Only what is given changes; sessions under way are judged by what the course says when they end."""

    code: str
    expected_version: int | None = None


class GetCourse(Query[CourseView]):
    code: str


class ListCourses(PageRequest, Query[Page[CourseView]]):
    is_active: bool | None = None
    trade: Trade | None = None
    q: str | None = Field(default=None, max_length=100, description="part of the name")
