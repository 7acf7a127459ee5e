"""黑名单、申诉与用工信誉: what headquarters knows and decides of employers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter, OutpostStaff
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])
_SECOND_PERSON = problems(NOT_FOUND, ILLEGAL_TRANSITION, c.BLACKLISTING_SECOND_PERSON)
outpost_router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])


@router.get("/blacklistings", response_model=Page[c.BlacklistingView])
async def list_blacklistings(caller: HqReader, query: Annotated[c.ListBlacklistings, Query()]) -> Response:
    """List who is or was on the blacklist, and the appeals that wait."""
    return await caller.answer(query)


@router.post(
    "/blacklistings/{blacklisting_id}/confirmation", response_model=c.BlacklistingView, responses=_SECOND_PERSON
)
async def confirm_blacklisting(caller: HqWriter, blacklisting_id: UUID) -> Response:
    """Agree, as a second person, that an employer stays on the blacklist; unconfirmed it lapses after seven days."""
    return await caller.answer(c.ConfirmBlacklisting(blacklisting_id=blacklisting_id))


@router.post(
    "/blacklistings/{blacklisting_id}/appeal-decision", response_model=c.BlacklistingView, responses=_SECOND_PERSON
)
async def decide_appeal(caller: HqWriter, blacklisting_id: UUID, body: c.AppealDecision) -> Response:
    """Grant or reject an employer's appeal, as somebody else than who put it on; a granted one takes it off."""
    return await caller.answer(c.DecideAppeal(blacklisting_id=blacklisting_id, **body.model_dump()))


@router.get("/employers/{employer_id}/reputation", response_model=c.EmployerReputation, responses=problems(NOT_FOUND))
async def get_reputation(caller: HqReader, employer_id: UUID) -> Response:
    """Read what became of the people who were sent to an employer."""
    return await caller.answer(c.GetEmployerReputation(employer_id=employer_id))


@router.get("/employers/{employer_id}/similar", response_model=c.SimilarEmployers, responses=problems(NOT_FOUND))
async def list_similar_employers(caller: HqReader, employer_id: UUID) -> Response:
    """List employers that may be the same one registered twice."""
    return await caller.answer(c.ListSimilarEmployers(employer_id=employer_id))


@router.post(
    "/employers/{employer_id}/merger",
    response_model=c.EmployerMergerView,
    responses=problems(NOT_FOUND, c.EMPLOYER_MERGE_REFUSED, c.EMPLOYER_MERGE_BLOCKED),
)
async def merge_employers(caller: HqWriter, employer_id: UUID, body: c.EmployerMergerForm) -> Response:
    """Merge an employer that was registered twice into the record that stays; its accounts and keys follow."""
    return await caller.answer(c.MergeEmployers(employer_id=employer_id, **body.model_dump()))


@router.get("/employer-mergers", response_model=Page[c.EmployerMergerView])
async def list_employer_mergers(caller: HqReader, query: Annotated[c.ListEmployerMergers, Query()]) -> Response:
    """List mergers of employers, the latest first."""
    return await caller.answer(query)


@router.post(
    "/employer-mergers/{merger_id}/undoing",
    response_model=c.EmployerMergerView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def undo_employer_merger(caller: HqWriter, merger_id: UUID, body: c.Reason) -> Response:
    """Part them again: what went over goes back, with what came of it since."""
    return await caller.answer(c.UndoEmployerMerger(merger_id=merger_id, reason=body.reason))


@router.get("/employers/{employer_id}/candidates", response_model=Page[c.CandidateView], responses=problems(NOT_FOUND))
async def list_candidates(caller: HqReader, employer_id: UUID, query: Annotated[c.ListCandidates, Query()]) -> Response:
    """List who accepted, comes to or came to an employer."""
    return await caller.answer(query.model_copy(update={"employer_id": employer_id}))


@router.post("/postings/{posting_id}/separation", response_model=c.PostingView, responses=problems(NOT_FOUND))
async def keep_posting_apart(caller: HqWriter, posting_id: UUID) -> Response:
    """Say that a posting joined with another one is an opening of its own."""
    return await caller.answer(c.KeepPostingApart(posting_id=posting_id))


@outpost_router.get(
    "/employers/{employer_id}/reputation", response_model=c.EmployerReputation, responses=problems(NOT_FOUND)
)
async def get_reputation_for_outpost(caller: OutpostStaff, employer_id: UUID) -> Response:
    """Read what became of the people who were sent to an employer."""
    return await caller.answer(c.GetEmployerReputation(employer_id=employer_id))
