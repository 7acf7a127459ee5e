"""帮扶计划 and 一带十: thin so far; goals, an owner and a date, and who brought whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.types import CleanText, ShortText


class HelpPlanState(StrEnum):
    open = "open"
    closed = "closed"


class HelpOutcome(StrEnum):
    """办结情况"""

    employed = "employed"
    trained = "trained"
    continued = "continued"
    refused = "refused"
    left_county = "left_county"


class HelpPlanView(View):
    id: UUID
    version: int
    worker_id: UUID
    worker_name: str
    division: str
    goal: str
    owner: str
    due_on: date
    is_overdue: bool
    state: HelpPlanState
    outcome: HelpOutcome | None
    reviewed_on: date | None
    created_at: datetime


class OpenHelpPlan(Command[HelpPlanView]):
    """One plan under way for each person."""

    worker_id: UUID
    goal: CleanText = Field(examples=["3月底前参加养蜂培训并上岗"])
    owner: ShortText = Field(examples=["敖市镇就业服务中心"])
    due_on: date


class HelpPlanReview(BaseModel):
    """`continued` keeps a plan open until the new date; every other outcome closes it."""

    outcome: HelpOutcome
    due_on: date | None = None
    note: ShortText | None = None


class ReviewHelpPlan(HelpPlanReview, Command[HelpPlanView]):
    help_plan_id: UUID
    expected_version: int | None = None


class ListHelpPlans(PageRequest, Query[Page[HelpPlanView]]):
    """The earliest due first."""

    worker_id: UUID | None = None
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    state: HelpPlanState | None = None
    overdue: bool = False


class ReferralView(View):
    """一带十: who brought whom."""

    id: UUID
    referrer_id: UUID
    referrer_name: str
    worker_id: UUID
    worker_name: str
    referred_on: date


class RecordReferral(Command[ReferralView]):
    referrer_id: UUID
    worker_id: UUID
    referred_on: date | None = None


class ListReferrals(PageRequest, Query[Page[ReferralView]]):
    referrer_id: UUID | None = None
