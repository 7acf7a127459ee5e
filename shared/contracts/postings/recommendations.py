"""岗位推荐 (精准推送): which posting was offered to whom, why, and what the worker said."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, DivisionCode

__all__ = [
    "LIVE_STATES",
    "RECOMMENDATION_ANSWERED",
    "RECOMMENDATION_CAP_REACHED",
    "RECOMMENDATION_EXISTS",
    "RECOMMENDATION_ID",
    "RECOMMENDATION_NOT_ELIGIBLE",
    "RECOMMENDATION_NO_LONGER_OPEN",
    "RECOMMENDATION_UNDO_TOO_LATE",
    "AcceptedRecommendation",
    "Answer",
    "AnswerGiven",
    "AnswerRecommendation",
    "DeclineReason",
    "ExpiredBecause",
    "FurtherOffer",
    "GetAcceptedRecommendation",
    "GetRecommendation",
    "GetSeeker",
    "ListRecommendations",
    "OfferedPosting",
    "RecommendPosting",
    "RecommendationAnswer",
    "RecommendationAnswered",
    "RecommendationExpired",
    "RecommendationMade",
    "RecommendationSource",
    "RecommendationState",
    "RecommendationView",
    "SeekerView",
    "StaffRecommendation",
    "WithdrawAnswer",
]

RECOMMENDATION_ID = "0198c1d2-7a7a-7a5b-8c6d-7e8f90a1b2c3"
WORKER_ID = "0198c1d2-1111-7a5b-8c6d-7e8f90a1b2c3"
POSTING_ID = "0198c1d2-2222-7a5b-8c6d-7e8f90a1b2c3"

RECOMMENDATION_EXISTS = ProblemCode(
    "recommendation.exists",
    ProblemKind.conflict,
    zh="这个岗位已经推荐给本人, 正在等待答复或已接受。",
    en="This posting is already recommended to the worker and still open or accepted.",
)
RECOMMENDATION_ANSWERED = ProblemCode(
    "recommendation.already_answered",
    ProblemKind.conflict,
    zh="这条推荐已经答复为“{answer}”。如需更改, 请在当天先撤回答复。",
    en="This recommendation was already {answer}. To change that, withdraw the answer on the same day first.",
)
RECOMMENDATION_UNDO_TOO_LATE = ProblemCode(
    "recommendation.undo_too_late",
    ProblemKind.conflict,
    zh="答复只能在当天撤回, 请联系工作人员重新推荐。",
    en="An answer can be withdrawn on the same day only; ask the staff for a new recommendation.",
)
RECOMMENDATION_CAP_REACHED = ProblemCode(
    "recommendation.cap_reached",
    ProblemKind.conflict,
    zh="这个岗位剩余 {openings} 个名额, 已推荐 {offers} 人, 不能再推荐。",
    en="The posting has {openings} free openings and {offers} live recommendations; no more can be made.",
)
RECOMMENDATION_NOT_ELIGIBLE = ProblemCode(
    "recommendation.not_eligible",
    ProblemKind.conflict,
    zh="不能推荐: {why}。",
    en="This posting cannot be recommended to the worker ({gate}).",
)


RECOMMENDATION_NO_LONGER_OPEN = ProblemCode(
    "recommendation.no_longer_open",
    ProblemKind.conflict,
    zh="这条推荐已经失效 ({why}), 不能再答复。",
    en="This recommendation is no longer open ({state}); it cannot be answered.",
)


class RecommendationState(StrEnum):
    """offered -> accepted | declined | expired; accepted -> ordered | expired; a cancelled order gives accepted back.

    An answer withdrawn on its own day goes back to offered.
    """

    offered = "offered"
    accepted = "accepted"
    declined = "declined"
    ordered = "ordered"
    expired = "expired"


LIVE_STATES = (RecommendationState.offered, RecommendationState.accepted)


class RecommendationSource(StrEnum):
    """By a matching run, or by a person who says why."""

    matching = "matching"
    staff = "staff"


class Answer(StrEnum):
    accepted = "accepted"
    declined = "declined"


class AnswerGiven(StrEnum):
    """What an event may say of an answer."""

    accepted = "accepted"
    declined = "declined"
    withdrawn = "withdrawn"


class DeclineReason(StrEnum):
    """The kinds of reason that leave the service; a worker's own words stay encrypted in it."""

    wage = "wage"
    distance = "distance"
    trade = "trade"
    family = "family"
    health = "health"
    has_work = "has_work"
    other = "other"


class ExpiredBecause(StrEnum):
    posting_closed = "posting_closed"
    posting_filled = "posting_filled"
    worker_ordered = "worker_ordered"
    worker_placed = "worker_placed"
    worker_gone = "worker_gone"
    consent_withdrawn = "consent_withdrawn"
    withdrawn = "withdrawn"


class OfferedPosting(View):
    """The posting's facts as the worker and the slip show them."""

    title: str = Field(examples=["包装工"])
    employer_name: str = Field(examples=["东莞市某电子有限公司"])
    place: str = Field(examples=["东莞市"])
    division: str | None = Field(default=None, examples=["441900"])
    outpost: OutpostCode | None = None
    wage_min_cents: int | None = Field(default=None, examples=[450000])
    wage_max_cents: int | None = Field(default=None, examples=[600000])
    wage_unit: str | None = Field(default=None, examples=["month"])
    has_board: bool | None = Field(default=None, description="包吃; null when the posting does not say")
    has_lodging: bool | None = Field(default=None, description="包住; null when the posting does not say")
    requirements: str | None = None
    valid_through: date | None = None
    state: str = Field(examples=["open"])


class RecommendationView(View):
    """One offer. `score` = usefulness x chance; `parts` are what both were made of."""

    id: UUID = Field(examples=[RECOMMENDATION_ID])
    worker_id: UUID = Field(examples=[WORKER_ID])
    posting_id: UUID = Field(examples=[POSTING_ID])
    employer_id: UUID
    state: RecommendationState
    source: RecommendationSource
    score: float = Field(ge=0, le=1, examples=[0.73])
    parts: dict[str, float] = Field(
        examples=[{"usefulness": 0.91, "chance": 0.8, "wage": 0.95, "place": 1.0, "living": 1.0, "skill": 0.8}]
    )
    weights_version: int | None = Field(default=None, description="which weights the score was made with")
    reason: str = Field(examples=["会包装工, 月薪4500元以上, 包吃住, 东莞"])
    staff_reason: str | None = Field(default=None, description="why a person recommended it")
    matching_id: UUID | None = None
    made_at: datetime
    delivered_at: datetime | None = Field(default=None, description="when a message or a slip with it first got out")
    delivered_by: str | None = Field(default=None, description="the channel: sms, inbox … or slip", examples=["sms"])
    answered_at: datetime | None = None
    answered_by: str | None = Field(default=None, description="worker | sms | staff")
    answer_reason: str | None = None
    expired_because: ExpiredBecause | None = None
    posting: OfferedPosting


class ListRecommendations(PageRequest, Query[Page[RecommendationView]]):
    """Newest first. A worker sees the own ones only."""

    worker_id: UUID | None = None
    posting_id: UUID | None = None
    matching_id: UUID | None = None
    state: RecommendationState | None = None
    is_live: bool | None = Field(default=None, description="offered or accepted")


class GetRecommendation(Query[RecommendationView]):
    recommendation_id: UUID


class RecommendationAnswer(BaseModel, extra="forbid"):
    """The worker's word, given by the worker or to the staff."""

    answer: Answer = Field(examples=["accepted"])
    reason: CleanText | None = Field(default=None, description="why declined", examples=["离家太远"])


class AnswerRecommendation(RecommendationAnswer, Command[RecommendationView]):
    """The same answer again changes nothing; another one is refused until the first is withdrawn."""

    recommendation_id: UUID
    worker_id: UUID | None = Field(default=None, description="the worker it must belong to, where the caller named one")


class WithdrawAnswer(Command[RecommendationView]):
    """Take an answer back on the day it was given (Chinese calendar day)."""

    recommendation_id: UUID
    worker_id: UUID | None = Field(default=None, description="the worker it must belong to, where the caller named one")


class StaffRecommendation(BaseModel, extra="forbid"):
    """A recommendation by a person, within the same gate and cap as any other."""

    posting_id: UUID = Field(examples=[POSTING_ID])
    reason: CleanText = Field(examples=["同村三人在该厂, 本人到站点咨询过"])


class RecommendPosting(StaffRecommendation, Command[RecommendationView]):
    worker_id: UUID


class AcceptedRecommendation(View):
    """`recommendation_id` is null where the worker has accepted no live recommendation of the posting."""

    worker_id: UUID
    posting_id: UUID
    recommendation_id: UUID | None = None
    answered_at: datetime | None = None


class GetAcceptedRecommendation(Query[AcceptedRecommendation]):
    """Asked by dispatch before it issues an order."""

    worker_id: UUID
    posting_id: UUID


class SeekerView(View):
    """What matching knows of a worker: no name, nothing that registry did not publish."""

    worker_id: UUID
    division: DivisionCode
    is_seeking: bool
    is_engaged: bool = Field(description="has an open order or a placement")
    automated_matching: bool
    live_recommendations: int


class GetSeeker(Query[SeekerView]):
    worker_id: UUID


class FurtherOffer(BaseModel):
    """Another offer to the same worker, made at the same moment."""

    recommendation_id: UUID
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode | None = None
    score: float


class RecommendationMade(Event):
    """One for each worker and moment: the best offer, and the others that came with it."""

    topic: ClassVar[str] = "recommendation.made"
    aggregate: ClassVar[str] = "recommendation_id"

    recommendation_id: UUID
    worker_id: UUID
    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode | None = None
    score: float
    further: list[FurtherOffer] = Field(default_factory=list)
    further_offers: int = Field(default=0, description="how many `further` are")


class RecommendationAnswered(Event):
    topic: ClassVar[str] = "recommendation.answered"
    aggregate: ClassVar[str] = "recommendation_id"

    recommendation_id: UUID
    worker_id: UUID
    posting_id: UUID
    answer: AnswerGiven
    reason: DeclineReason | None = None


class RecommendationExpired(Event):
    topic: ClassVar[str] = "recommendation.expired"
    aggregate: ClassVar[str] = "recommendation_id"

    recommendation_id: UUID
    worker_id: UUID
    posting_id: UUID
    because: ExpiredBecause
    was_accepted: bool = False
