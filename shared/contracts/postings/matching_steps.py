"""What people do around matching runs: compare weights, insert who came since."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.matching import ScoringWeights

__all__ = [
    "INSERTION_NO_RUN",
    "CompareScoringWeights",
    "InsertSeekers",
    "InsertionView",
    "ListInsertions",
]

INSERTION_NO_RUN = ProblemCode(
    "insertion.no_run",
    ProblemKind.conflict,
    zh="还没有完成过一次匹配, 不能补荐。请先运行匹配。",
    en="No matching run has finished yet, so nobody can be inserted. Start a run first.",
)


class CompareScoringWeights(Command[JobState]):
    """Solve a finished run's stored inputs under other weights; nothing is offered and nothing adopted."""

    matching_id: UUID
    weights: ScoringWeights


class InsertSeekers(Command[JobState]):
    """Offer the minimum to seekers who lack it, from the room that the last run left (补荐); never above its caps.

    Without `worker_ids`: those who came, changed or declined since.
    """

    worker_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)


class InsertionView(View):
    """An insertion between two runs. `matching_id` is the run whose caps held."""

    id: UUID
    matching_id: UUID
    seekers: int
    covered: int
    recommendations: int
    at: datetime


class ListInsertions(PageRequest, Query[Page[InsertionView]]):
    """Newest first."""
