"""培训委托书: which provider trains how many in what, for how much."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.types import Cents, ShortText


class CommissionState(StrEnum):
    issued = "issued"
    completed = "completed"
    cancelled = "cancelled"


class TrainingCommissionView(View):
    id: UUID
    commission_no: str = Field(examples=["PX-2026-0007"])
    course: str
    course_name: str
    provider: str
    seats: int
    seats_planned: int = Field(description="seats of its sessions so far")
    budget_cents: int
    budget_planned_cents: int = Field(description="costs of its sessions so far")
    starts_on: date
    ends_on: date
    posting_id: UUID | None
    posting_title: str | None = Field(description="定岗培训: as the posting was named when it was commissioned")
    state: CommissionState
    prints: int = Field(description="how often its paper was printed")
    issued_at: datetime
    completed_at: datetime | None
    version: int


class TrainingCommissionForm(BaseModel, extra="forbid"):
    course: str = Field(examples=["beekeeping"])
    provider: ShortText = Field(examples=["黎平县中等职业学校"])
    seats: int = Field(gt=0, le=10_000, examples=[50])
    budget_cents: Cents = Field(examples=[6000000])
    starts_on: date
    ends_on: date
    posting_id: UUID | None = Field(default=None, description="定岗培训: trained for this posting")

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CreateTrainingCommission(TrainingCommissionForm, Command[TrainingCommissionView]):
    """Numbered within the year; the paper may be printed as often as needed, each print is logged."""


class GetTrainingCommission(Query[TrainingCommissionView]):
    commission_id: UUID


class CompleteTrainingCommission(Command[TrainingCommissionView]):
    """Close the account with the provider: only when none of its sessions is still open."""

    commission_id: UUID


class CancelTrainingCommission(Command[TrainingCommissionView]):
    """Only while none of its sessions is planned or held."""

    commission_id: UUID


class ListTrainingCommissions(PageRequest, Query[Page[TrainingCommissionView]]):
    """Newest first."""

    state: CommissionState | None = None
    course: str | None = None
    posting_id: UUID | None = None


class PrintTrainingCommission(Command[JobState]):
    commission_id: UUID
