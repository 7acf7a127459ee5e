"""走访: a grid leader's visits, who is due for one, and the grid at a glance."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.registry.people import DifficultyKind, Employment
from shared.contracts.types import LongText, ShortText


class VisitKind(StrEnum):
    """走访方式"""

    home = "home"
    phone = "phone"
    station = "station"


class VisitOutcome(StrEnum):
    met = "met"
    family_met = "family_met"
    not_met = "not_met"
    moved_away = "moved_away"
    declined = "declined"


class VisitNeed(StrEnum):
    """What the person asked for."""

    job = "job"
    training = "training"
    subsidy = "subsidy"
    rights_help = "rights_help"
    medical = "medical"
    child_or_elder_care = "child_or_elder_care"
    other = "other"


class VisitForm(BaseModel):
    """What was found. The note is sealed under the worker's key."""

    kind: VisitKind = VisitKind.home
    outcome: VisitOutcome
    visited_on: date = Field(examples=["2026-11-20"])
    needs: list[VisitNeed] = Field(default_factory=list, max_length=7)
    note: LongText | None = Field(default=None, examples=["想就近上班, 家里有老人要照顾"])
    next_visit_on: date | None = Field(default=None, description="when to come again, if sooner or later than usual")


class VisitView(View):
    id: UUID
    worker_id: UUID
    worker_name: str
    division: str
    division_name: str
    kind: VisitKind
    outcome: VisitOutcome
    visited_on: date
    needs: list[VisitNeed]
    note: str | None
    next_visit_on: date | None
    actor: str
    recorded_at: datetime
    voided_at: datetime | None
    void_reason: str | None


class RecordVisit(VisitForm, Command[VisitView]):
    worker_id: UUID


class VisitVoid(BaseModel):
    reason: ShortText = Field(examples=["记错了人"])


class VoidVisit(VisitVoid, Command[VisitView]):
    """Take a visit back that was noted by mistake; it stays readable as such."""

    visit_id: UUID


class ListVisits(PageRequest, Query[Page[VisitView]]):
    """The latest first."""

    worker_id: UUID | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")
    since: date | None = None
    until: date | None = None
    need: VisitNeed | None = None


class DueVisit(View):
    """Somebody in hardship who should be visited: since when, and what is known about them."""

    worker_id: UUID
    worker_name: str
    division: str
    division_name: str
    difficulty: list[DifficultyKind]
    employment: Employment
    last_visit_on: date | None
    due_on: date
    days_overdue: int


class ListDueVisits(PageRequest, Query[Page[DueVisit]]):
    """困难劳动力 whose visit is due, by name."""

    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")


class GridOverview(View):
    """网格一览: what a grid leader has in hand today."""

    division: str | None
    division_name: str
    people: int
    hardship: int
    unemployed: int
    visits_this_month: int
    visits_due: int
    change_requests_pending: int
    hardships_ending_soon: int = Field(description="certificates that end within 30 days")
    without_phone: int


class GetGridOverview(Query[GridOverview]):
    """An area account gets its own area; HQ names one, or takes the county."""

    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")
