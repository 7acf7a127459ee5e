"""How the platform is doing: what waits in each service, and the events that were set aside (搁置消息)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import json_response, problems
from gateway.auth import HqAdmin, HqReader
from gateway.caller import Caller
from gateway.errors import status_of
from shared.contracts.base import Nothing, Page, PageRequest
from shared.contracts.errors import Problem
from shared.contracts.kit import (
    PARKED_NOT_FOUND,
    DiscardParked,
    KitStatus,
    ListParked,
    ParkedMessage,
    ReplayParked,
    ServiceStatus,
)
from shared.kit.settings import SERVICES

router = APIRouter(prefix="/hq/operations", tags=["operations"])
ServiceName = Literal[
    "identity", "registry", "postings", "training", "dispatch", "outposts", "honey", "ledger", "notify"
]
_PATIENCE_SECONDS = 3.0


class ServiceHealth(BaseModel):
    service: str = Field(examples=["registry"])
    state: Literal["up", "unavailable"]
    problem: str | None = Field(default=None, description="why it does not answer")
    status: ServiceStatus | None = None


class Operations(BaseModel):
    """The platform at a glance."""

    services: list[ServiceHealth]
    waiting_for: dict[str, str] = Field(description="what is not ready, and why")
    outbox_waiting: int
    outbox_oldest_seconds: float
    inbox_pending: int
    inbox_parked: int
    jobs_running: int


class Discard(BaseModel, extra="forbid"):
    reason: str = Field(min_length=2, max_length=500, examples=["对方已更正, 此消息作废"])


@router.get("", response_model=Operations)
async def read_operations(caller: HqReader) -> Response:
    """Read each service's health, lag, parked messages and running jobs."""
    services, waiting = await asyncio.gather(
        asyncio.gather(*(_health(caller, name) for name in SERVICES)), caller.gateway.bus.status()
    )
    known = [found["status"] for found in services if found["status"]]
    return json_response(
        {
            "services": services,
            "waiting_for": waiting,
            "outbox_oldest_seconds": max((status["outbox_oldest_seconds"] for status in known), default=0),
            **{
                name: sum(status[name] for status in known)
                for name in ("outbox_waiting", "inbox_pending", "inbox_parked", "jobs_running")
            },
        }
    )


async def _health(caller: Caller, service: str) -> dict[str, Any]:
    try:
        status = await caller.ask_raw(KitStatus(), service=service, patience=_PATIENCE_SECONDS)
    except Problem as problem:
        if status_of(problem.code, problem.kind) < 500:
            raise
        return {"service": service, "state": "unavailable", "problem": problem.code, "status": None}
    return {"service": service, "state": "up", "problem": None, "status": status}


@router.get("/parked-messages/{service}", response_model=Page[ParkedMessage])
async def list_parked(caller: HqReader, service: ServiceName, page: Annotated[PageRequest, Query()]) -> Response:
    """List the events that one service could not handle, oldest first, with how much each holds back."""
    return await caller.answer(ListParked(cursor=page.cursor, limit=page.limit), service=service)


@router.post(
    "/parked-messages/{service}/{event_id}/replay", response_model=Nothing, responses=problems(PARKED_NOT_FOUND)
)
async def replay_parked(caller: HqAdmin, service: ServiceName, event_id: UUID) -> Response:
    """Try a parked event again."""
    return await caller.answer(ReplayParked(event_id=event_id), service=service)


@router.post(
    "/parked-messages/{service}/{event_id}/discard", response_model=Nothing, responses=problems(PARKED_NOT_FOUND)
)
async def discard_parked(caller: HqAdmin, service: ServiceName, event_id: UUID, body: Discard) -> Response:
    """Give a parked event up; the reason is kept."""
    return await caller.answer(DiscardParked(event_id=event_id, reason=body.reason), service=service)
