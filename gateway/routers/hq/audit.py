"""操作日志: who did what, when, to whom, for what purpose."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.auth import HqAudit
from shared.contracts import identity as c
from shared.contracts.base import Page

router = APIRouter(prefix="/hq/audit", tags=["operations"])


@router.get("", response_model=Page[c.AuditEntryView])
async def list_audit(caller: HqAudit, query: Annotated[c.ListAudit, Query()]) -> Response:
    """Read the audit trail, newest first, by actor, action, subject, outpost and time."""
    return await caller.answer(query)
