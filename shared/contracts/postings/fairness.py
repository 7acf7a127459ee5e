"""Fairness and congestion of a matching run (公平性与拥挤度), beside two simpler ways on the same data."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shared.contracts.base import Query, View

__all__ = ["FairnessGroup", "FairnessTrait", "GetMatchingFairness", "MatchingFairness", "OfferSpread"]


class OfferSpread(View):
    """How the offers of one way of choosing spread, with those that were live before."""

    offers: int
    coverage: float = Field(description="share of the seekers with the minimum")
    posting_coverage: float = Field(description="share of the postings that were offered")
    offers_per_opening_p50: float = Field(description="over the postings that were offered")
    offers_per_opening_p95: float
    offers_per_opening_max: float
    congestion: float = Field(description="Σ p ln p / ln n over postings, -1 (even) to 0 (one has all)")
    gini: float = Field(description="of offers over postings, 0 (even) to 1")
    orphans: int = Field(description="postings without an offer although somebody passes their gate")
    orphan_share: float
    mean_score: float | None = None


class FairnessGroup(View):
    """Seekers with something in common. `name` of a township is its division."""

    name: str = Field(examples=["female"])
    seekers: int
    coverage: float
    offers: int
    mean_score: float | None = None


class FairnessTrait(View):
    """The groups by one trait and the largest distance between two of them; groups of few are shown, not compared."""

    groups: list[FairnessGroup]
    coverage_gap: float | None = None
    score_gap: float | None = None


class MatchingFairness(View):
    matching_id: UUID
    run: OfferSpread
    naive_minimum: OfferSpread = Field(description="each seeker's best two, whoever else gets them")
    naive_maximum: OfferSpread = Field(description="each seeker's best as far as the maximum reaches")
    groups: dict[str, FairnessTrait] = Field(description="by sex, age (45 and over), disability, township")
    score_given_up: float | None = Field(
        default=None, description="how much lower the mean score is than if everybody got the own best"
    )


class GetMatchingFairness(Query[MatchingFairness]):
    """Of a run that has finished."""

    matching_id: UUID
