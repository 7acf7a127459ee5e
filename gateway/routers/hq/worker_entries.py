"""认定 and 就业经历段 of a worker: certified, recorded, ended, corrected and withdrawn; an area account in its area."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import registry as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq/workers/{worker_id}", tags=["hq"])


@router.get("/recorded-entries", response_model=Page[c.RecordedEntry], responses=problems(NOT_FOUND))
async def list_recorded_entries(caller: Area, worker_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List every hardship and spell ever recorded, also what was corrected or withdrawn since, the latest first."""
    return await caller.answer(c.ListRecordedEntries(worker_id=worker_id, cursor=page.cursor, limit=page.limit))


@router.post(
    "/difficulty-statuses",
    status_code=201,
    response_model=c.DifficultyView,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.PERIOD_INVALID),
)
async def add_difficulty(caller: AreaWriter, worker_id: UUID, body: c.DifficultyIn) -> Response:
    """Certify a hardship 就业困难认定 with its evidence and period."""
    message = c.AddDifficulty(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}")


@router.post(
    "/difficulty-statuses/{difficulty_id}/end",
    response_model=c.DifficultyView,
    responses=problems(NOT_FOUND, c.PERIOD_INVALID),
)
async def end_difficulty(caller: AreaWriter, worker_id: UUID, difficulty_id: UUID, body: c.DifficultyEnd) -> Response:
    """Say that a hardship holds no longer."""
    return await caller.answer(c.EndDifficulty(worker_id=worker_id, difficulty_id=difficulty_id, **body.model_dump()))


@router.post(
    "/difficulty-statuses/{difficulty_id}/correction",
    response_model=c.DifficultyView,
    responses=problems(NOT_FOUND, c.PERIOD_INVALID, c.ENTRY_SAME, c.DIFFICULTY_OVERLAPS, c.CHANGE_NEEDS_APPROVAL),
)
async def correct_difficulty(
    caller: AreaWriter, worker_id: UUID, difficulty_id: UUID, body: c.DifficultyCorrection
) -> Response:
    """Replace a mistyped certificate; the old one stays readable. A grid leader asks for it by a change request."""
    message = c.CorrectDifficulty(worker_id=worker_id, difficulty_id=difficulty_id, **body.model_dump())
    return await caller.answer(message)


@router.post(
    "/difficulty-statuses/{difficulty_id}/withdrawal",
    response_model=c.DifficultyView,
    responses=problems(NOT_FOUND, c.CHANGE_NEEDS_APPROVAL),
)
async def withdraw_difficulty(
    caller: AreaWriter, worker_id: UUID, difficulty_id: UUID, body: c.EntryWithdrawal
) -> Response:
    """Withdraw a certificate that should never have been recorded, with the reason."""
    message = c.WithdrawDifficulty(worker_id=worker_id, difficulty_id=difficulty_id, reason=body.reason)
    return await caller.answer(message)


@router.post(
    "/employment-spells",
    status_code=201,
    response_model=c.SpellView,
    responses=problems(NOT_FOUND, c.SPELL_OVERLAPS, c.PERIOD_INVALID, c.OCCUPATION_UNKNOWN),
)
async def record_spell(caller: AreaWriter, worker_id: UUID, body: c.SpellIn) -> Response:
    """Record an employment spell 就业经历段."""
    message = c.RecordEmploymentSpell(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}")


@router.post(
    "/employment-spells/{spell_id}/end",
    response_model=c.SpellView,
    responses=problems(NOT_FOUND, c.PERIOD_INVALID),
)
async def end_spell(caller: AreaWriter, worker_id: UUID, spell_id: UUID, body: c.SpellEnd) -> Response:
    """End an employment spell."""
    return await caller.answer(c.EndEmploymentSpell(worker_id=worker_id, spell_id=spell_id, **body.model_dump()))


@router.post(
    "/employment-spells/{spell_id}/correction",
    response_model=c.SpellView,
    responses=problems(
        NOT_FOUND, c.SPELL_OVERLAPS, c.PERIOD_INVALID, c.OCCUPATION_UNKNOWN, c.ENTRY_SAME, c.ENTRY_PROVED
    ),
)
async def correct_spell(caller: AreaWriter, worker_id: UUID, spell_id: UUID, body: c.SpellCorrection) -> Response:
    """Replace a mistyped spell; the old one stays readable. What a receipt proved is corrected at its order."""
    message = c.CorrectEmploymentSpell(worker_id=worker_id, spell_id=spell_id, **body.model_dump())
    return await caller.answer(message)


@router.post(
    "/employment-spells/{spell_id}/withdrawal",
    response_model=c.SpellView,
    responses=problems(NOT_FOUND, c.ENTRY_PROVED),
)
async def withdraw_spell(caller: AreaWriter, worker_id: UUID, spell_id: UUID, body: c.EntryWithdrawal) -> Response:
    """Withdraw a spell that never was, with the reason."""
    return await caller.answer(c.WithdrawEmploymentSpell(worker_id=worker_id, spell_id=spell_id, reason=body.reason))
