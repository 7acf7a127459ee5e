"""A matching run: who seeks, who is covered by at least two targeted postings (≥2条针对性岗位), who is not and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, DivisionCode

__all__ = [
    "MATCHING_IN_PROGRESS",
    "MATCHING_NOT_FINISHED",
    "AdoptScoringWeights",
    "Gate",
    "GetMatching",
    "HelpKind",
    "ListMatchings",
    "ListScoringWeights",
    "ListUncovered",
    "MatchingRequest",
    "MatchingView",
    "PartPowers",
    "PartWeights",
    "RepeatMatching",
    "RunSeconds",
    "ScoringWeights",
    "ScoringWeightsView",
    "StartMatching",
    "UncoveredHelp",
    "UncoveredReason",
    "UncoveredSeeker",
]

MATCHING_IN_PROGRESS = ProblemCode(
    "matching.in_progress",
    ProblemKind.conflict,
    zh="上一次匹配还没有结束, 请等它完成或先取消。",
    en="Another matching run is under way; wait for it or cancel it first.",
)
MATCHING_NOT_FINISHED = ProblemCode(
    "matching.not_finished",
    ProblemKind.conflict,
    zh="这次匹配还没有完成, 不能重算或查看报告。",
    en="This matching run has not finished; it cannot be repeated or reported yet.",
)


class Gate(StrEnum):
    """Why a posting cannot be offered to a seeker, in the order in which it is asked."""

    automated_matching = "automated_matching"
    under_age = "under_age"
    no_posting = "no_posting"
    age_limit = "age_limit"
    certificate = "certificate"
    shift = "shift"
    limits = "limits"
    availability = "availability"
    declined = "declined"
    score = "score"


class UncoveredReason(StrEnum):
    """no_candidate: too few postings pass the gate; capacity: they exist but their openings are promised to others."""

    no_candidate = "no_candidate"
    capacity = "capacity"


class PartWeights(BaseModel, extra="forbid"):
    """How much each part of usefulness counts; they are scaled to sum to one."""

    wage: float = Field(default=0.35, ge=0, description="against the worker's own wish")
    place: float = Field(default=0.25, ge=0, description="where the worker wants to go")
    trade: float = Field(default=0.15, ge=0, description="the trade the worker asked for")
    living: float = Field(default=0.15, ge=0, description="包吃包住")
    security: float = Field(default=0.10, ge=0, description="insurance, monthly pay")


class PartPowers(BaseModel, extra="forbid"):
    """Exponents of the parts of chance: 0 switches a part off."""

    skill: float = Field(default=0.6, ge=0, le=4)
    education: float = Field(default=0.25, ge=0, le=4)
    readiness: float = Field(default=0.15, ge=0, le=4)


class ScoringWeights(BaseModel, extra="forbid"):
    """score = usefulness x chance: usefulness is a weighted sum, chance a product of powers, both from 0 to 1."""

    usefulness: PartWeights = Field(default_factory=PartWeights)
    chance: PartPowers = Field(default_factory=PartPowers)
    reference_wage_cents: int = Field(default=450_000, gt=0, description="monthly wish of who named none, fen")
    unknown_wage: float = Field(default=0.4, ge=0, le=1, description="wage part of 面议")
    least_score: float = Field(
        default=0.1, ge=0, lt=1, description="below it a posting is not 针对性 for the worker and is not offered"
    )

    @model_validator(mode="after")
    def something_counts(self) -> Self:
        if sum(self.usefulness.model_dump().values()) <= 0:
            raise ValueError("at least one part of usefulness must count")
        return self


class ScoringWeightsView(View):
    """A version of the weights. Versions are never changed; the newest one is used."""

    version: int
    weights: ScoringWeights
    note: str
    adopted_at: datetime


class AdoptScoringWeights(Command[ScoringWeightsView]):
    weights: ScoringWeights
    note: CleanText = Field(examples=["提高包吃住的权重"])


class ListScoringWeights(PageRequest, Query[Page[ScoringWeightsView]]):
    """Newest first."""


class MatchingRequest(BaseModel, extra="forbid"):
    """At least `minimum` postings for every seeker and at most `maximum`, within the caps."""

    minimum: int = Field(default=2, ge=1, le=10, examples=[2])
    maximum: int = Field(default=5, ge=1, le=20, examples=[5])
    offers_per_opening: int = Field(default=3, ge=1, le=20, examples=[3])
    employer_share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="what one employer may get, as a share of the offers sought (maximum x seekers)",
        examples=[0.2],
    )
    division: DivisionCode | None = Field(default=None, description="seekers of this division and everything under it")
    accepted_gap: float = Field(
        default=0,
        ge=0,
        le=0.01,
        description="end as soon as the proved distance from the best is no larger; 0: until no better pair is left",
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def minimum_within_maximum(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError("minimum is larger than maximum")
        return self


class RunSeconds(BaseModel):
    load: float = 0.0
    score: float = 0.0
    solve: float = 0.0
    store: float = 0.0


class MatchingView(View):
    """A run and, once it has succeeded, its figures. covered + uncovered = seekers."""

    id: UUID
    job_id: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float = Field(ge=0, le=1)
    step: str | None = None
    problem: dict[str, Any] | None = None
    request: MatchingRequest
    weights_version: int | None = None
    snapshot_at: datetime | None = None
    seekers: int | None = None
    covered: int | None = None
    uncovered: int | None = None
    recommendations: int | None = Field(default=None, description="made by this run")
    kept: int | None = Field(default=None, description="delivered earlier, still live and counted")
    dropped: int | None = Field(default=None, description="not stored because the worker or posting changed meanwhile")
    postings: int | None = None
    postings_used: int | None = None
    postings_left_out: dict[str, int] | None = Field(
        default=None, examples=[{"withheld": 12, "filled": 3, "expired": 1}]
    )
    max_offers_per_opening: float | None = None
    congestion: float | None = Field(default=None, description="Σ p ln p / ln n over postings, -1 (even) to 0 (one)")
    mean_score: float | None = None
    optimality_gap: float | None = Field(
        default=None, description="0: the prices prove that no allocation of any pairs that pass the gate is better"
    )
    candidates: int | None = Field(default=None, description="pairs that were left to choose from")
    rounds: int | None = Field(default=None, description="allocations made until no better pair was left out")
    seconds: RunSeconds | None = None
    digest: str | None = Field(default=None, description="SHA-256 of the allocation; a repetition must give the same")
    created_at: datetime
    finished_at: datetime | None = None


class StartMatching(MatchingRequest, Command[MatchingView]):
    """Recommend to every seeker in need, as a job."""


class GetMatching(Query[MatchingView]):
    matching_id: UUID


class ListMatchings(PageRequest, Query[Page[MatchingView]]):
    """Newest first."""


class HelpKind(StrEnum):
    """course: a trade that postings with free openings ask for; place, wage: a wish that leaves too few."""

    course = "course"
    place = "place"
    wage = "wage"


class UncoveredHelp(View):
    """What would open postings that still have room after the run, and how many."""

    kind: HelpKind
    occupation: str | None = None
    outpost: OutpostCode | None = None
    wage_cents: int | None = None
    postings: int
    openings: int
    sentence: str = Field(examples=["学会缝纫工, 可增加 3 个岗位 (12 个名额)"])


class UncoveredSeeker(View):
    """Who got fewer than `minimum`, for the liaison officers to search for."""

    worker_id: UUID
    division: str
    offers: int
    candidates: int
    reason: UncoveredReason
    gate: Gate | None = Field(default=None, description="the gate that excluded most postings")
    gates: dict[str, int] = Field(default_factory=dict, description="postings excluded, by gate")
    explanation: str = Field(examples=["没有可推荐的岗位: 38 个岗位需要本人没有的证书"])
    helps: list[UncoveredHelp] = Field(default_factory=list)


class ListUncovered(PageRequest, Query[Page[UncoveredSeeker]]):
    matching_id: UUID
    division: DivisionCode | None = None
    reason: UncoveredReason | None = None


class RepeatMatching(Command[JobState]):
    """Solve a finished run again from its stored inputs and compare; stores no recommendation."""

    matching_id: UUID
