"""帮扶计划: a goal, who answers for it, the steps towards it, their days, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.registry.people import DifficultyKind, Employment
from shared.contracts.types import CleanText, ShortText

ACTION_EXAMPLE = {"kind": "training", "what": "参加养蜂培训班", "owner": "石老师", "due_on": "2026-12-20"}


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


class HelpActionKind(StrEnum):
    """帮扶措施: 培训, 推荐岗位, 派遣, 补贴, 走访, 其他."""

    training = "training"
    recommendation = "recommendation"
    dispatch = "dispatch"
    subsidy = "subsidy"
    visit = "visit"
    other = "other"


class HelpActionState(StrEnum):
    open = "open"
    done = "done"
    dropped = "dropped"


class HelpActionForm(BaseModel, extra="forbid"):
    kind: HelpActionKind
    what: CleanText = Field(examples=["参加养蜂培训班"])
    owner: ShortText = Field(examples=["敖市镇就业服务中心"])
    due_on: date


class HelpActionView(View):
    id: UUID
    kind: HelpActionKind
    what: str
    owner: str
    due_on: date
    state: HelpActionState
    settled_on: date | None
    result: str | None
    is_overdue: bool


class HelpPlanView(View):
    id: UUID
    version: int
    worker_id: UUID
    worker_name: str
    division: str
    goal: str
    owner: str
    due_on: date
    is_overdue: bool = Field(description="the plan's day, or an open action's, has passed")
    state: HelpPlanState
    outcome: HelpOutcome | None
    reviewed_on: date | None
    actions: list[HelpActionView]
    created_at: datetime


class OpenHelpPlan(Command[HelpPlanView]):
    """One plan under way for each person."""

    worker_id: UUID
    goal: CleanText = Field(examples=["3月底前参加养蜂培训并上岗"])
    owner: ShortText = Field(examples=["敖市镇就业服务中心"])
    due_on: date
    actions: list[HelpActionForm] = Field(default_factory=list, max_length=30, examples=[[ACTION_EXAMPLE]])


class GetHelpPlan(Query[HelpPlanView]):
    help_plan_id: UUID


class AddHelpAction(HelpActionForm, Command[HelpPlanView]):
    help_plan_id: UUID


class HelpActionSettlement(BaseModel, extra="forbid"):
    """How an action ended: done with its result, or dropped with the reason."""

    state: HelpActionState = HelpActionState.done
    result: CleanText = Field(examples=["已取得养蜂结业证书"])


class SettleHelpAction(HelpActionSettlement, Command[HelpPlanView]):
    help_plan_id: UUID
    action_id: UUID


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
    owner: str | None = Field(default=None, max_length=200)
    overdue: bool = False


class UnplannedWorker(View):
    """Somebody in hardship and without work for whom nobody has a plan: 每个就业困难劳动力都有帮扶计划."""

    worker_id: UUID
    worker_name: str
    division: str
    difficulty: list[DifficultyKind]
    employment: Employment
    last_plan_closed_on: date | None = Field(description="an earlier plan that did not lead to work")


class ListUnplannedWorkers(PageRequest, Query[Page[UnplannedWorker]]):
    """By division."""

    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
