"""Who is enrolled in a session, who waits, and what each one's result was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.types import ShortText


class EnrolmentState(StrEnum):
    """`waiting`: on the waiting list; moves up when a seat is given back."""

    confirmed = "confirmed"
    waiting = "waiting"
    cancelled = "cancelled"


class ResultOutcome(StrEnum):
    """考核结果: 合格, 不合格, 缺考."""

    passed = "passed"
    failed = "failed"
    absent = "absent"


class EnrolmentView(View):
    id: UUID
    session_id: UUID
    worker_id: UUID
    course: str
    state: EnrolmentState
    position: int | None = Field(description="place on the waiting list, from 1")
    days_present: int
    result: ResultOutcome | None
    score: int | None
    certificate_no: str | None
    enrolled_at: datetime
    version: int


class EnrolmentForm(BaseModel, extra="forbid"):
    worker_id: UUID


class EnrolWorker(EnrolmentForm, Command[EnrolmentView]):
    """Confirmed while there are seats, else on the waiting list; a worker enrols nobody else."""

    session_id: UUID


class CancelEnrolment(Command[EnrolmentView]):
    """The first who waits takes the seat."""

    enrolment_id: UUID


class ListEnrolments(PageRequest, Query[Page[EnrolmentView]]):
    """In the order of enrolment."""

    session_id: UUID | None = None
    worker_id: UUID | None = None
    state: EnrolmentState | None = None


class LearnerResult(BaseModel, extra="forbid"):
    """A score is judged by the course's pass mark; without one, say how it went."""

    worker_id: UUID
    score: int | None = Field(default=None, ge=0, le=100)
    outcome: ResultOutcome | None = None
    note: ShortText | None = None

    @model_validator(mode="after")
    def says_how_it_went(self) -> Self:
        if self.score is None and self.outcome is None:
            raise ValueError("name score or outcome")
        if self.score is not None and self.outcome is ResultOutcome.absent:
            raise ValueError("who was absent has no score")
        return self


class ResultsForm(BaseModel, extra="forbid"):
    results: list[LearnerResult] = Field(min_length=1, max_length=1000)

    @model_validator(mode="after")
    def one_result_each(self) -> Self:
        if len({one.worker_id for one in self.results}) != len(self.results):
            raise ValueError("somebody is named twice")
        return self


class ResultsView(View):
    session_id: UUID
    passed: int
    failed: int
    absent: int
    open: int = Field(description="learners without a result")


class RecordResults(ResultsForm, Command[ResultsView]):
    """All those named or nobody; said again it replaces."""

    session_id: UUID
