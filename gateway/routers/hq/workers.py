"""劳动力: register, find, correct; consents and privacy rights."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter, HqAdmin, HqAudit, HqWriter
from gateway.downloads import print_paper
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page, PageRequest
from shared.contracts.errors import FORBIDDEN, NOT_FOUND, STALE

router = APIRouter(prefix="/hq/workers", tags=["hq"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "名册"},
    202: {"model": JobState, "description": "a long list is followed as a job"},
}
INPUT_PROBLEMS = (
    c.ID_NUMBER_INVALID,
    c.UNDER_AGE,
    c.PHONE_INVALID,
    c.DIVISION_UNKNOWN,
    c.OCCUPATION_UNKNOWN,
    c.PERIOD_INVALID,
)


@router.post(
    "",
    status_code=201,
    response_model=c.WorkerView,
    responses=problems(c.WORKER_DUPLICATE, c.WORKER_LIKELY_DUPLICATE, *INPUT_PROBLEMS),
)
async def register_worker(caller: AreaWriter, body: c.RegisterWorker) -> Response:
    """Register a worker by real name; an area account within its own area."""
    return await caller.create(body, location="/api/v1/hq/workers/{id}")


@router.get("", response_model=Page[c.WorkerRow])
async def list_workers(caller: Area, query: Annotated[c.ListWorkers, Query()]) -> Response:
    """Find workers by name, pinyin, initials, last digits or phone, and by any combination of filters."""
    return await caller.answer(query)


@router.get(".xlsx", response_class=Response, responses={**FILE, **problems(FORBIDDEN)})
async def export_workers(caller: AreaWriter, query: Annotated[c.ExportWorkers, Query()]) -> Response:
    """Download the people found as a spreadsheet in the import's own columns; masked, unless HQ names a purpose."""
    return await print_paper(caller, query, jobs="/api/v1/hq/jobs")


@router.get("/{worker_id}", response_model=c.WorkerView, responses=problems(NOT_FOUND))
async def get_worker(caller: Area, worker_id: UUID) -> Response:
    """Read one worker's record."""
    return await caller.answer(c.GetWorker(worker_id=worker_id))


@router.patch(
    "/{worker_id}",
    response_model=c.WorkerView,
    responses=problems(NOT_FOUND, STALE, c.WORKER_ERASED, c.WORKER_DUPLICATE, *INPUT_PROBLEMS),
)
async def update_worker(caller: AreaWriter, worker_id: UUID, body: c.WorkerChanges) -> Response:
    """Change what is given; null leaves a fact as it is, an empty text or list clears it."""
    message = c.UpdateWorker(worker_id=worker_id, expected_version=caller.if_match(), **body.model_dump())
    return await caller.answer(message)


@router.get("/{worker_id}/revisions", response_model=Page[c.WorkerRevisionView], responses=problems(NOT_FOUND))
async def list_revisions(caller: Area, worker_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List what was known about a worker, and since when, newest first."""
    return await caller.answer(c.ListWorkerRevisions(worker_id=worker_id, cursor=page.cursor, limit=page.limit))


@router.get(
    "/{worker_id}/changes", response_model=Page[c.WorkerChangeView], responses=problems(NOT_FOUND, c.WORKER_ERASED)
)
async def list_changes(caller: Area, worker_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List what was changed in a record, before and after in words, the newest first."""
    return await caller.answer(c.ListWorkerChanges(worker_id=worker_id, cursor=page.cursor, limit=page.limit))


@router.get(
    "/{worker_id}/as-of",
    response_model=c.WorkerAsOf,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.WORKER_NOT_KNOWN_THEN, c.ROSTER_DATE_IN_FUTURE),
)
async def get_worker_as_of(
    caller: Area, worker_id: UUID, as_of: date | None = None, known_at: AwareDatetime | None = None
) -> Response:
    """Read what was known at a moment about a day: each fact in words, since when it holds and since when known."""
    return await caller.answer(c.GetWorkerAsOf(worker_id=worker_id, as_of=as_of, known_at=known_at))


@router.post(
    "/{worker_id}/id-number-disclosure",
    response_model=c.DisclosedIdNumber,
    responses=problems(NOT_FOUND, c.WORKER_ERASED),
)
async def disclose_id_number(caller: HqWriter, worker_id: UUID, body: c.DisclosureForm) -> Response:
    """Reveal the whole identity number for a purpose; who asked, when and why is kept for good."""
    return await caller.answer(c.DiscloseIdNumber(worker_id=worker_id, purpose=body.purpose))


@router.get("/{worker_id}/disclosures", response_model=Page[c.DisclosureView])
async def list_worker_disclosures(caller: HqAudit, worker_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List who learned what about this worker, and for what."""
    return await caller.answer(c.ListDisclosures(worker_id=worker_id, cursor=page.cursor, limit=page.limit))


@router.post(
    "/{worker_id}/consents/{purpose}/withdrawal",
    response_model=c.ConsentView,
    responses=problems(NOT_FOUND, c.CONSENT_NOT_GIVEN),
)
async def withdraw_consent(caller: AreaWriter, worker_id: UUID, purpose: c.ConsentPurpose) -> Response:
    """Withdraw a consent on the worker's word."""
    return await caller.answer(c.WithdrawConsent(worker_id=worker_id, purpose=purpose))


@router.post(
    "/{worker_id}/merger",
    response_model=c.WorkerView,
    responses=problems(NOT_FOUND, c.WORKER_MERGE_REFUSED, c.WORKER_ERASED),
)
async def merge_workers(caller: HqWriter, worker_id: UUID, body: c.WorkerMerger) -> Response:
    """Close a doubled record and add what it says to the one that stays, which is answered. To undo: worker-mergers."""
    return await caller.answer(c.MergeWorkers(worker_id=worker_id, **body.model_dump()))


@router.post(
    "/{worker_id}/erasure",
    status_code=204,
    response_class=Response,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.WORKER_ON_LEGAL_HOLD),
)
async def erase_worker(caller: HqAdmin, worker_id: UUID, body: c.ErasureForm) -> Response:
    """Destroy the worker's key and blank the record; an open rights case forbids it."""
    return await caller.answer(c.EraseWorker(worker_id=worker_id, reason=body.reason), status=204)
