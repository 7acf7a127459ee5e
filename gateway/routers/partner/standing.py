"""An employer's own record: its candidates, its reputation, and its appeal against the blacklist."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import PartnerApi
from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND

router = APIRouter(prefix="/partner", tags=["partner"])


@router.get("/candidates", response_model=Page[c.CandidateView])
async def list_candidates(caller: PartnerApi, query: Annotated[c.ListCandidates, Query()]) -> Response:
    """List who accepted, comes or came; with names while an order lends them to the company, never identity numbers."""
    found = await caller.ask(query)
    wanted = [item.worker_id for item in found.items if item.worker_id]
    if wanted:
        asked = registry.GetPeople(worker_ids=wanted, purpose=registry.PeoplePurpose.dispatch_order)
        names = {person.worker_id: person.name for person in (await caller.ask(asked)).people}
        for item in found.items:
            item.name = names.get(item.worker_id) if item.worker_id else None
    reply = found.model_dump(mode="json")
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.get("/reputation", response_model=c.EmployerReputation)
async def get_reputation(caller: PartnerApi) -> Response:
    """Read the own record: starts, stays at 30 and 90 days, rights cases."""
    return await caller.answer(c.GetEmployerReputation())


@router.get("/blacklistings", response_model=Page[c.BlacklistingView])
async def list_blacklistings(caller: PartnerApi, query: Annotated[c.ListBlacklistings, Query()]) -> Response:
    """List when and why the own company was put on the blacklist."""
    return await caller.answer(query)


@router.post(
    "/blacklistings/{blacklisting_id}/appeal",
    response_model=c.BlacklistingView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.APPEAL_PENDING),
)
async def appeal_blacklisting(caller: PartnerApi, blacklisting_id: UUID, body: c.AppealForm) -> Response:
    """Appeal against being on the blacklist."""
    return await caller.answer(c.AppealBlacklisting(blacklisting_id=blacklisting_id, text=body.text))
