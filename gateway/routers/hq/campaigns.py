"""线上宣传, as headquarters keeps it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqWriter
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

router = APIRouter(prefix="/hq/campaigns", tags=["hq"])

_STEP = problems(NOT_FOUND, ILLEGAL_TRANSITION)


@router.post("", status_code=201, response_model=c.CampaignView, responses=problems(c.EVENT_POSTING_NOT_OPEN))
async def plan_campaign(caller: HqWriter, body: c.CampaignForm) -> Response:
    """Plan a campaign: the channel, the days, the postings that it shows."""
    return await caller.create(c.PlanCampaign(**body.model_dump()), location="/api/v1/hq/campaigns/{id}")


@router.get("", response_model=Page[c.CampaignView])
async def list_campaigns(caller: Area, query: Annotated[c.ListCampaigns, Query()]) -> Response:
    """List the campaigns, the latest first."""
    return await caller.answer(query)


@router.get("/{campaign_id}", response_model=c.CampaignView, responses=problems(NOT_FOUND))
async def get_campaign(caller: Area, campaign_id: UUID) -> Response:
    """Read one campaign."""
    return await caller.answer(c.GetCampaign(campaign_id=campaign_id))


@router.patch(
    "/{campaign_id}",
    response_model=c.CampaignView,
    responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.EVENT_TIMES_INVALID, c.EVENT_POSTING_NOT_OPEN),
)
async def update_campaign(caller: HqWriter, campaign_id: UUID, body: c.CampaignChanges) -> Response:
    """Change a campaign before it is over."""
    changes = body.model_dump(exclude_unset=True)
    message = c.UpdateCampaign(campaign_id=campaign_id, expected_version=caller.if_match(), **changes)
    return await caller.answer(message)


@router.post("/{campaign_id}/start", response_model=c.CampaignView, responses=_STEP)
async def start_campaign(caller: HqWriter, campaign_id: UUID) -> Response:
    """Start a campaign now; it starts by itself on its first day."""
    return await caller.answer(c.StartCampaign(campaign_id=campaign_id))


@router.post("/{campaign_id}/end", response_model=c.CampaignView, responses=_STEP)
async def end_campaign(caller: HqWriter, campaign_id: UUID) -> Response:
    """End a campaign now; it ends by itself after its last day."""
    return await caller.answer(c.EndCampaign(campaign_id=campaign_id))


@router.post("/{campaign_id}/cancellation", response_model=c.CampaignView, responses=_STEP)
async def cancel_campaign(caller: HqWriter, campaign_id: UUID) -> Response:
    """Call a planned campaign off."""
    return await caller.answer(c.CancelCampaign(campaign_id=campaign_id))


@router.post("/{campaign_id}/reach", response_model=c.CampaignReachView, responses=_STEP)
async def report_reach(caller: HqWriter, campaign_id: UUID, body: c.ReachForm) -> Response:
    """Report what the platform shows for a day; the same day again corrects it."""
    return await caller.answer(c.ReportCampaignReach(campaign_id=campaign_id, **body.model_dump()))


@router.get("/{campaign_id}/reach", response_model=c.CampaignReachView, responses=problems(NOT_FOUND))
async def get_reach(caller: Area, campaign_id: UUID) -> Response:
    """Read how many the campaign reached, by day."""
    return await caller.answer(c.GetCampaignReach(campaign_id=campaign_id))
