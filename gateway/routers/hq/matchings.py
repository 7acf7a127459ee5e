"""Matching runs: start, follow, see who is not covered, repeat."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqAdmin, HqReader, HqWriter
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page, PageRequest
from shared.contracts.errors import NOT_FOUND
from shared.contracts.types import DivisionCode

router = APIRouter(prefix="/hq", tags=["hq"])


def _row(matching_id: Annotated[str, Path(description="as the start answered it, or its job's id")]) -> UUID:
    """A run's id, also where it is written as its job's (`postings.…`)."""
    try:
        return UUID(matching_id.removeprefix("postings."))
    except ValueError as error:
        raise NOT_FOUND(what="matching") from error


MatchingId = Annotated[UUID, Depends(_row)]


@router.post("/matchings", status_code=202, response_model=c.MatchingView, responses=problems(c.MATCHING_IN_PROGRESS))
async def start_matching(caller: HqWriter, body: c.StartMatching) -> Response:
    """Recommend at least two targeted postings to every seeker, within the caps."""
    return await caller.start_job(body, location="/api/v1/hq/matchings/{id}")


@router.get("/matchings", response_model=Page[c.MatchingView])
async def list_matchings(caller: HqReader, page: Annotated[PageRequest, Query()]) -> Response:
    """List the matching runs, newest first."""
    return await caller.answer(c.ListMatchings(cursor=page.cursor, limit=page.limit))


@router.get("/matchings/{matching_id}", response_model=c.MatchingView, responses=problems(NOT_FOUND))
async def get_matching(caller: HqReader, matching_id: MatchingId) -> Response:
    """Read a matching run: its state, and its figures once it has succeeded."""
    return await caller.answer(c.GetMatching(matching_id=matching_id))


@router.get(
    "/matchings/{matching_id}/fairness",
    response_model=c.MatchingFairness,
    responses=problems(NOT_FOUND, c.MATCHING_NOT_FINISHED),
)
async def get_matching_fairness(caller: HqReader, matching_id: MatchingId) -> Response:
    """Read how a run's offers spread and whom they reach, beside the naive best-two and best-five on the same data."""
    return await caller.answer(c.GetMatchingFairness(matching_id=matching_id))


@router.get("/matchings/{matching_id}/uncovered", response_model=Page[c.UncoveredSeeker], responses=problems(NOT_FOUND))
async def list_uncovered(
    caller: HqReader,
    matching_id: MatchingId,
    page: Annotated[PageRequest, Query()],
    division: DivisionCode | None = None,
    reason: c.UncoveredReason | None = None,
) -> Response:
    """List the seekers who could not be offered enough, with the reason of each."""
    return await caller.answer(
        c.ListUncovered(matching_id=matching_id, division=division, reason=reason, cursor=page.cursor, limit=page.limit)
    )


@router.post(
    "/matchings/{matching_id}/repetition",
    status_code=202,
    response_model=JobState,
    responses=problems(NOT_FOUND, c.MATCHING_NOT_FINISHED),
)
async def repeat_matching(caller: HqWriter, matching_id: MatchingId) -> Response:
    """Solve a finished run again from its stored inputs and compare; nothing is offered to anybody."""
    return await caller.start_job(c.RepeatMatching(matching_id=matching_id), location="/api/v1/hq/jobs/{id}")


@router.get("/matching-insertions", response_model=Page[c.InsertionView])
async def list_insertions(caller: HqReader, page: Annotated[PageRequest, Query()]) -> Response:
    """List what was offered between runs, newest first."""
    return await caller.answer(c.ListInsertions(cursor=page.cursor, limit=page.limit))


@router.post(
    "/matching-insertions",
    status_code=202,
    response_model=JobState,
    responses=problems(c.INSERTION_NO_RUN, c.MATCHING_IN_PROGRESS),
)
async def insert_seekers(caller: HqWriter, body: c.InsertSeekers) -> Response:
    """Offer the minimum to who came, changed or declined since the last run, within its caps (also done by itself)."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")


@router.post(
    "/scoring-weights/comparison",
    status_code=202,
    response_model=JobState,
    responses=problems(NOT_FOUND, c.MATCHING_NOT_FINISHED),
)
async def compare_scoring_weights(caller: HqWriter, body: c.CompareScoringWeights) -> Response:
    """See what a finished run would have offered under other weights; nothing is adopted and nobody is told."""
    return await caller.start_job(body, location="/api/v1/hq/jobs/{id}")


@router.get("/scoring-weights", response_model=Page[c.ScoringWeightsView])
async def list_scoring_weights(caller: HqReader, page: Annotated[PageRequest, Query()]) -> Response:
    """List the versions of the score's weights, newest first; before any was adopted, those shipped are used."""
    return await caller.answer(c.ListScoringWeights(cursor=page.cursor, limit=page.limit))


@router.post("/scoring-weights", status_code=201, response_model=c.ScoringWeightsView)
async def adopt_scoring_weights(caller: HqAdmin, body: c.AdoptScoringWeights) -> Response:
    """Adopt new weights for the next runs; earlier versions stay readable."""
    return await caller.create(body, location="/api/v1/hq/scoring-weights")
