"""线上宣传 as everyone may read it: what the county's mini-program shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Anyone
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/public/campaigns", tags=["public"])


@router.get("", response_model=Page[c.PublicCampaign])
async def list_campaigns(caller: Anyone, query: Annotated[c.ListPublicCampaigns, Query()]) -> Response:
    """List the campaigns that run now."""
    return await caller.answer(query)


@router.get("/{campaign}", response_model=c.PublicCampaign, responses=problems(NOT_FOUND))
async def get_campaign(
    caller: Anyone, campaign: Annotated[str, Path(max_length=40, examples=["3f9a0c21d4"])]
) -> Response:
    """Read one running campaign with those of its postings that are still open."""
    return await caller.answer(c.GetPublicCampaign(code=campaign))
