"""待核对的工种和地点: wordings not recognised for sure; a decision holds for every later posting."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, HqWriter
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

router = APIRouter(prefix="/hq/recognitions", tags=["hq"])


@router.get("", response_model=Page[c.RecognitionView])
async def list_recognitions(caller: HqReader, query: Annotated[c.ListRecognitions, Query()]) -> Response:
    """List wordings that wait for a decision, or were decided."""
    return await caller.answer(query)


@router.post(
    "/{recognition_id}/decision",
    response_model=c.RecognitionView,
    responses=problems(NOT_FOUND, STALE, c.POSTING_UNKNOWN_OCCUPATION, c.POSTING_UNKNOWN_DIVISION),
)
async def decide_recognition(caller: HqWriter, recognition_id: UUID, body: c.RecognitionDecision) -> Response:
    """Say what a wording means, for its open postings and for every later one."""
    message = c.DecideRecognition(recognition_id=recognition_id, code=body.code, expected_version=caller.if_match())
    return await caller.answer(message)


@router.post(
    "/{recognition_id}/withdrawal",
    response_model=c.RecognitionView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def forget_recognition(caller: HqWriter, recognition_id: UUID) -> Response:
    """Take a decision back; the wording waits again."""
    return await caller.answer(c.ForgetRecognition(recognition_id=recognition_id))
