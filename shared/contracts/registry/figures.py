"""The registry's figures: the rosters' size and flow, skills among people in hardship, from training to work."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.registry.people import Employment
from shared.contracts.registry.rosters import RosterKind

DIVISION = r"^\d{4,12}$"


class RosterFigure(View):
    """One roster in one month, in the whole of what was asked for. `members` is the size at the month's end."""

    month: date = Field(description="its first day")
    kind: RosterKind
    members: int
    entered: int
    left: int


class TownshipFigure(RosterFigure):
    """The same in one township. Who moves to another township left here and entered there."""

    division: str
    division_name: str


class RosterFigures(View):
    from_month: date
    to_month: date
    totals: list[RosterFigure]
    townships: list[TownshipFigure]
    uncounted: list[date] = Field(description="months that were never counted; recount them")


class GetRosterFigures(Query[RosterFigures]):
    """Size and flow of the rosters by township and month; the last twelve months, unless given."""

    from_month: date | None = Field(default=None, examples=["2026-01-01"])
    to_month: date | None = Field(default=None, examples=["2026-11-01"])
    kind: RosterKind | None = None
    division: str | None = Field(default=None, pattern=r"^\d{9}$", description="one township")


class RecountForm(BaseModel):
    from_month: date = Field(examples=["2026-01-01"])
    to_month: date | None = None


class RecountRosters(RecountForm, Command[JobState]):
    """Count months anew by what is known now, for instance after a correction that reaches back."""


class SkillShare(View):
    """每人至少掌握一项技能: people in hardship who are of use to themselves by a trade."""

    division: str
    division_name: str
    workers: int = Field(description="on 困难劳动力实名清单")
    with_skill: int
    with_verified_skill: int
    share: float = Field(description="with a skill, of all; 0 to 1")


class SkillShares(View):
    as_of: date
    total: SkillShare
    townships: list[SkillShare]


class GetSkillShares(Query[SkillShares]):
    """The share of hardship workers with at least one skill, by township, today."""

    division: str | None = Field(default=None, pattern=DIVISION)


class FunnelStep(View):
    """One month's certificates and what became of their holders, as far as the registry knows."""

    month: date
    certified: int = Field(description="people whose skill a certificate proved in that month")
    employed_within_days: int = Field(description="who began work within so many days of it")
    placed_within_days: int = Field(description="of these, through a dispatch that a receipt confirmed")
    employed_now: int


class TrainingFunnel(View):
    days: int
    total: FunnelStep
    months: list[FunnelStep]


class FunnelRequest(BaseModel):
    from_month: date | None = Field(default=None, examples=["2026-01-01"])
    to_month: date | None = None
    days: int = Field(default=90, ge=1, le=730)
    division: str | None = Field(default=None, pattern=DIVISION)


class GetTrainingFunnel(FunnelRequest, Query[TrainingFunnel]):
    """From training to work: certificates, work begun within N days, placements confirmed by a receipt."""


class FigureRow(View):
    """Somebody who is counted in a figure."""

    worker_id: UUID
    worker_name: str
    division: str
    division_name: str
    employment: Employment
    certified_on: date | None


class SkillCount(StrEnum):
    workers = "workers"
    with_skill = "with_skill"
    with_verified_skill = "with_verified_skill"
    without_skill = "without_skill"


class ListSkillRows(PageRequest, Query[Page[FigureRow]]):
    """Who is counted in a share of skills; `without_skill` is who remains to be trained."""

    count: SkillCount = SkillCount.without_skill
    division: str | None = Field(default=None, pattern=DIVISION)


class FunnelCount(StrEnum):
    certified = "certified"
    employed_within_days = "employed_within_days"
    placed_within_days = "placed_within_days"
    employed_now = "employed_now"
    not_employed = "not_employed"


class ListFunnelRows(FunnelRequest, PageRequest, Query[Page[FigureRow]]):
    """Who is counted in a step of the funnel, in one month or in all of the period."""

    count: FunnelCount = FunnelCount.certified
    month: date | None = Field(default=None, examples=["2026-05-01"])
