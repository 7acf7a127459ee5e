"""面试 at a fair: queued at a booth, decided by the employer, answered by the worker."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.postings.postings import POSTING_ID
from shared.contracts.postings.presence import Presented
from shared.contracts.types import Cents, ShortText

__all__ = [
    "AnswerFairOffer",
    "BookInterview",
    "FairOfferAnswer",
    "FairOfferAnswered",
    "InterviewForm",
    "InterviewOutcome",
    "InterviewResult",
    "InterviewState",
    "InterviewView",
    "ListInterviews",
    "RecordInterviewResult",
]


class InterviewState(StrEnum):
    """waiting -> offered | rejected | absent; offered -> accepted | declined (the worker's word)."""

    waiting = "waiting"
    offered = "offered"
    rejected = "rejected"
    absent = "absent"
    accepted = "accepted"
    declined = "declined"


class InterviewForm(Presented):
    """Who wants to talk to whom, about which posting."""

    booth_id: UUID
    posting_id: UUID = Field(examples=[POSTING_ID])


class InterviewView(View):
    id: UUID
    fair_id: UUID
    booth_id: UUID
    employer_id: UUID
    worker_id: UUID
    posting_id: UUID
    queue_no: int = Field(description="in the booth's queue")
    state: InterviewState
    booked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    wage_cents: int | None = Field(description="as offered, by the month")
    start_on: date | None
    note: str | None
    answered_at: datetime | None
    recommendation_id: UUID | None = Field(description="the accepted offer from which an order can be issued")


class BookInterview(InterviewForm, Command[InterviewView]):
    """Queue at a booth; it checks the person in. The same posting again is the same interview."""

    fair_id: UUID


class InterviewOutcome(StrEnum):
    offered = "offered"
    rejected = "rejected"
    absent = "absent"


class InterviewResult(BaseModel, extra="forbid"):
    outcome: InterviewOutcome
    wage_cents: Cents | None = None
    start_on: date | None = None
    note: ShortText | None = Field(default=None, description="for the staff, kept encrypted")


class RecordInterviewResult(InterviewResult, Command[InterviewView]):
    """The employer's word, by itself or through the staff. It can be corrected until the worker has answered."""

    interview_id: UUID


class FairOfferAnswer(StrEnum):
    accepted = "accepted"
    declined = "declined"


class FairOfferAnswered(BaseModel, extra="forbid"):
    answer: FairOfferAnswer


class AnswerFairOffer(FairOfferAnswered, Command[InterviewView]):
    """The worker's word. Accepting makes it an accepted recommendation, within gate and cap as any other."""

    interview_id: UUID


class ListInterviews(PageRequest, Query[Page[InterviewView]]):
    """By the booth's queue. A partner sees its own booth's, a worker the own ones."""

    fair_id: UUID | None = None
    booth_id: UUID | None = None
    worker_id: UUID | None = None
    state: InterviewState | None = None
