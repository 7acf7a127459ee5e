"""密钥轮换: how far it is, and sealing people's records anew under the active key."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.auth import HqAdmin, HqAudit
from shared.contracts import registry as c
from shared.contracts.base import JobState

router = APIRouter(prefix="/hq/keys", tags=["operations"])


@router.get("", response_model=c.KeyUses)
async def get_key_uses(caller: HqAudit) -> Response:
    """Read how many people's records are sealed under each key, and whether a rotation is finished."""
    return await caller.answer(c.GetKeyUses())


@router.post("/resealing", status_code=202, response_model=JobState)
async def reseal_people(caller: HqAdmin) -> Response:
    """Seal and hash every record anew under the active key; the job goes on after a crash where it stood."""
    return await caller.start_job(c.ResealPeople(), location="/api/v1/hq/jobs/{id}")
