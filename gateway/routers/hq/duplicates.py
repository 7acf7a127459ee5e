"""重复登记: who may be registered already, pairs to look at, mergers and their undoing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter, HqReader, HqWriter
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post(
    "/workers/likely-duplicates",
    response_model=c.LikelyMatches,
    responses=problems(c.ID_NUMBER_INVALID, c.PHONE_INVALID, c.DIVISION_UNKNOWN),
)
async def find_likely_workers(caller: AreaWriter, body: c.FindLikelyWorkers) -> Response:
    """Look who may be the person before registering them. A POST, so that no name stands in a URL; changes nothing."""
    return await caller.answer(body)


@router.get("/likely-duplicates", response_model=Page[c.LikelyPair])
async def list_likely_pairs(caller: Area, query: Annotated[c.ListLikelyPairs, Query()]) -> Response:
    """List pairs of records with one name and one birth date that nobody has looked at."""
    return await caller.answer(query)


@router.post(
    "/workers/{worker_id}/distinct-from", status_code=204, response_class=Response, responses=problems(NOT_FOUND)
)
async def confirm_distinct(caller: AreaWriter, worker_id: UUID, body: c.DistinctForm) -> Response:
    """Say that two records are two people; the pair is not listed again."""
    return await caller.answer(c.ConfirmDistinct(worker_id=worker_id, **body.model_dump()), status=204)


@router.get("/worker-mergers", response_model=Page[c.MergerView])
async def list_mergers(caller: HqReader, query: Annotated[c.ListMergers, Query()]) -> Response:
    """List mergers, the latest first, and until when each can be undone."""
    return await caller.answer(query)


@router.get("/worker-mergers/{merger_id}", response_model=c.MergerView, responses=problems(NOT_FOUND))
async def get_merger(caller: HqReader, merger_id: UUID) -> Response:
    """Read one merger."""
    return await caller.answer(c.GetMerger(merger_id=merger_id))


@router.post(
    "/worker-mergers/{merger_id}/undoing",
    response_model=c.MergerView,
    responses=problems(NOT_FOUND, c.MERGER_SETTLED, c.WORKER_ERASED),
)
async def undo_merger(caller: HqWriter, merger_id: UUID, body: c.MergerUndo) -> Response:
    """Undo a merger within seven days: both records are as they were, with what changed since."""
    return await caller.answer(c.UndoMerger(merger_id=merger_id, reason=body.reason))


@router.post(
    "/worker-mergers/{merger_id}/confirmation",
    response_model=c.MergerView,
    responses=problems(NOT_FOUND, c.MERGER_SETTLED),
)
async def confirm_merger(caller: HqWriter, merger_id: UUID) -> Response:
    """Make a merger final now: the other services give the person's rows to the record that stays."""
    return await caller.answer(c.ConfirmMerger(merger_id=merger_id))
