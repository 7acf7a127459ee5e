"""密钥轮换: how far it is, and sealing people's records anew under the active key."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqAdmin, HqAudit
from gateway.routers.hq.operations import ServiceName
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.contracts.errors import UNAVAILABLE
from shared.contracts.kit import GetSealUses, ResealRecords, SealUses

router = APIRouter(prefix="/hq/keys", tags=["operations"])


@router.get("", response_model=c.KeyUses)
async def get_key_uses(caller: HqAudit) -> Response:
    """Read how many people's records are sealed under each key, and whether a rotation is finished."""
    return await caller.answer(c.GetKeyUses())


@router.post("/resealing", status_code=202, response_model=JobState)
async def reseal_people(caller: HqAdmin) -> Response:
    """Seal and hash every record anew under the active key; the job goes on after a crash where it stood."""
    return await caller.start_job(c.ResealPeople(), location="/api/v1/hq/jobs/{id}")


@router.get("/{service}", response_model=SealUses, responses=problems(UNAVAILABLE))
async def get_seal_uses(caller: HqAudit, service: ServiceName) -> Response:
    """Read how many values a service has sealed straight under each key: contacts, notes, secrets of webhooks."""
    return await caller.answer(GetSealUses(), service=service)


@router.post("/{service}/resealing", status_code=202, response_model=JobState)
async def reseal_records(caller: HqAdmin, service: ServiceName) -> Response:
    """Seal anew what a service has sealed under a former key."""
    return await caller.start_job(ResealRecords(), location="/api/v1/hq/jobs/{id}", service=service)
