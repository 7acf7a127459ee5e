"""Human confirmation before a slip is printed (个人信息保护法 第24条), and the answers that come back on paper."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.recommendations import Answer, OfferedPosting, RecommendationState, RecommendationView
from shared.contracts.postings.slips import LeftOut, SlipBatchView, SlipView
from shared.contracts.types import CleanText

__all__ = [
    "SLIP_NEEDS_PERSON",
    "SLIP_NUMBER_UNKNOWN",
    "AnswerSlip",
    "CancelSlips",
    "ConfirmSlips",
    "GetSlip",
    "PreviewSlips",
    "PreviewedOffer",
    "PreviewedSlip",
    "RecommendationWithdrawal",
    "SlipAnswer",
    "SlipAnswerRow",
    "SlipAnswers",
    "SlipAnswersTaken",
    "SlipConfirmation",
    "SlipOffer",
    "SlipSheet",
    "WithdrawRecommendation",
]

SLIP_NEEDS_PERSON = ProblemCode(
    "slip.needs_person",
    ProblemKind.forbidden,
    zh="推荐单须由工作人员本人确认后打印, 程序不能代为确认。",
    en="A slip is printed once a person has confirmed it; a program cannot.",
)
SLIP_NUMBER_UNKNOWN = ProblemCode(
    "slip.number_unknown",
    ProblemKind.not_found,
    zh="这张推荐单上没有 {number} 号岗位。",
    en="There is no posting number {number} on this slip.",
)


class PreviewedOffer(View):
    recommendation_id: UUID
    posting_id: UUID
    state: RecommendationState
    score: float
    reason: str
    posting: OfferedPosting


class PreviewedSlip(View):
    """What a person would get on paper, or why there is nothing to print."""

    worker_id: UUID
    offers: list[PreviewedOffer]
    left_out: LeftOut | None = None


class PreviewSlips(PageRequest, Query[Page[PreviewedSlip]]):
    """Whom a batch that waits for confirmation would print, by place and person."""

    batch_id: UUID


class SlipConfirmation(BaseModel, extra="forbid"):
    """A person has looked. What is left out here gets no slip; an offer left out is withdrawn with the reason."""

    without_worker_ids: list[UUID] = Field(default_factory=list, max_length=2000)
    without_recommendation_ids: list[UUID] = Field(default_factory=list, max_length=2000)
    reason: CleanText | None = Field(
        default=None, description="why offers are withdrawn", examples=["离家太远, 本人有老人要照顾"]
    )

    @model_validator(mode="after")
    def a_withdrawal_has_a_reason(self) -> Self:
        if self.without_recommendation_ids and self.reason is None:
            raise ValueError("say why offers are withdrawn: reason")
        return self


class ConfirmSlips(SlipConfirmation, Command[SlipBatchView]):
    """awaiting_confirmation -> queued."""

    batch_id: UUID


class CancelSlips(Command[SlipBatchView]):
    """awaiting_confirmation -> cancelled."""

    batch_id: UUID


class RecommendationWithdrawal(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["离家太远, 本人有老人要照顾"])


class WithdrawRecommendation(RecommendationWithdrawal, Command[RecommendationView]):
    """A person takes a live offer back and says why."""

    recommendation_id: UUID


class SlipOffer(View):
    """One line of a slip under its number on paper."""

    number: int
    recommendation_id: UUID
    posting_id: UUID
    title: str
    state: RecommendationState
    answer: Answer | None


class SlipSheet(SlipView):
    offers: list[SlipOffer]


class GetSlip(Query[SlipSheet]):
    slip_no: str = Field(max_length=20, examples=["TJ-2026-000001"])


class SlipAnswer(BaseModel, extra="forbid"):
    """What somebody ticked beside a number."""

    number: int = Field(ge=1, le=20)
    answer: Answer
    reason: CleanText | None = None


class SlipAnswers(BaseModel, extra="forbid"):
    answers: list[SlipAnswer] = Field(min_length=1, max_length=20)


class SlipAnswerRow(View):
    number: int
    recommendation_id: UUID | None = None
    is_taken: bool
    code: str | None = None
    message_zh: str | None = None
    message_en: str | None = None


class SlipAnswersTaken(View):
    slip_no: str
    taken: int
    rows: list[SlipAnswerRow]


class AnswerSlip(SlipAnswers, Command[SlipAnswersTaken]):
    """Enter a slip that came back with ticks (勾选). Each answer stands for itself."""

    slip_no: str = Field(max_length=20)
