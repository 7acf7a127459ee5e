"""线上宣传: planned, running, ended; with which postings; how many it reached."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings.campaign_models import Campaign, CampaignReach
from services.postings.models import JobPosting
from services.postings.posting_views import public_view
from services.postings.presences import actor_of, require_open_postings
from services.postings.publication import is_public
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session

CHANGEABLE = (c.CampaignState.planned, c.CampaignState.running)


def plan_campaign(session: Session, command: c.PlanCampaign) -> c.CampaignView:
    """Raises EVENT_POSTING_NOT_OPEN."""
    require_open_postings(session, command.posting_ids)
    campaign = Campaign(
        **command.model_dump(exclude={"url", "posting_ids"}),
        url=str(command.url) if command.url else None,
        posting_ids=_ids(command.posting_ids),
        code=secrets.token_hex(5),
        planned_by=actor_of(session),
        created_at=session.now,
    )
    session.add(campaign)
    return _told(session, campaign)


def update_campaign(session: Session, command: c.UpdateCampaign) -> c.CampaignView:
    """Raises STALE, ILLEGAL_TRANSITION once it is over, EVENT_TIMES_INVALID, EVENT_POSTING_NOT_OPEN."""
    campaign = _find(session, command.campaign_id, lock=True)
    if command.expected_version is not None and command.expected_version != campaign.version:
        raise STALE(version=campaign.version)
    _require(campaign, CHANGEABLE, "update")
    given = command.model_dump(exclude_none=True, exclude={"campaign_id", "expected_version", "url", "posting_ids"})
    for field, value in given.items():
        setattr(campaign, field, value)
    if command.url is not None:
        campaign.url = str(command.url)
    if command.posting_ids is not None:
        known = set(campaign.posting_ids)
        require_open_postings(session, [one for one in command.posting_ids if str(one) not in known])
        campaign.posting_ids = _ids(command.posting_ids)
    if campaign.ends_on < campaign.starts_on:
        raise c.EVENT_TIMES_INVALID()
    campaign.version += 1
    session.flush()
    return view(session, campaign)


def start_campaign(session: Session, command: c.StartCampaign) -> c.CampaignView:
    return _step(session, command.campaign_id, (c.CampaignState.planned,), c.CampaignState.running)


def end_campaign(session: Session, command: c.EndCampaign) -> c.CampaignView:
    return _step(session, command.campaign_id, (c.CampaignState.running,), c.CampaignState.ended)


def cancel_campaign(session: Session, command: c.CancelCampaign) -> c.CampaignView:
    return _step(session, command.campaign_id, (c.CampaignState.planned,), c.CampaignState.cancelled)


def follow_campaign_dates(session: Session) -> None:
    """Planned ones begin on their first day, running ones end after their last."""
    today = session.now.astimezone(c.COUNTY_ZONE).date()
    due = select(Campaign).where(
        or_(
            and_(col(Campaign.state) == c.CampaignState.planned, col(Campaign.starts_on) <= today),
            and_(col(Campaign.state) == c.CampaignState.running, col(Campaign.ends_on) < today),
        )
    )
    for campaign in session.exec(due.with_for_update(skip_locked=True)).all():
        is_over = campaign.ends_on < today
        campaign.state = c.CampaignState.ended if is_over else c.CampaignState.running
        campaign.version += 1
        _told(session, campaign)


def get_campaign(session: Session, query: c.GetCampaign) -> c.CampaignView:
    return view(session, _find(session, query.campaign_id))


def list_campaigns(session: Session, query: c.ListCampaigns) -> Page[c.CampaignView]:
    statement = select(Campaign)
    if query.state:
        statement = statement.where(Campaign.state == query.state)
    if query.channel:
        statement = statement.where(Campaign.channel == query.channel)
    return page(
        session,
        statement,
        order=(col(Campaign.starts_on).desc(), col(Campaign.id).desc()),
        request=query,
        view=lambda campaign: view(session, campaign),
    )


def report_campaign_reach(session: Session, command: c.ReportCampaignReach) -> c.CampaignReachView:
    """Reach of a day as its platform shows it; the same day again corrects it. Also after the end."""
    campaign = _find(session, command.campaign_id, lock=True)
    _require(campaign, (c.CampaignState.running, c.CampaignState.ended), "report reach")
    figures = command.model_dump(exclude={"campaign_id", "on_day"})
    row = insert(CampaignReach).values(campaign_id=campaign.id, on_day=command.on_day, is_counted=False, **figures)
    session.execute(row.on_conflict_do_update(index_elements=["campaign_id", "on_day", "is_counted"], set_=figures))
    return reach(session, campaign.id)


def get_campaign_reach(session: Session, query: c.GetCampaignReach) -> c.CampaignReachView:
    return reach(session, _find(session, query.campaign_id).id)


def list_public_campaigns(session: Session, query: c.ListPublicCampaigns) -> Page[c.PublicCampaign]:
    """Under the service's scope; only what is running, which everyone may know of."""
    return page(
        session,
        select(Campaign).where(Campaign.state == c.CampaignState.running),
        order=(col(Campaign.starts_on).desc(), col(Campaign.id).desc()),
        request=query,
        view=lambda campaign: c.PublicCampaign.model_validate(campaign.model_dump()),
    )


def get_public_campaign(session: Session, query: c.GetPublicCampaign) -> c.PublicCampaign:
    """With those of its postings that are still open. Raises NOT_FOUND for one that is not running."""
    campaign = _running(session, query.code)
    wanted = [UUID(one) for one in campaign.posting_ids]
    found = session.exec(select(JobPosting).where(col(JobPosting.id).in_(wanted), is_public())).all()
    shown = c.PublicCampaign.model_validate(campaign.model_dump())
    shown.postings = [public_view(posting) for posting in sorted(found, key=lambda one: wanted.index(one.id))]
    return shown


def count_campaign_visit(session: Session, command: c.CountCampaignVisit) -> c.VisitCounted:
    campaign = _running(session, command.code)
    row = insert(CampaignReach).values(
        campaign_id=campaign.id,
        on_day=session.now.astimezone(c.COUNTY_ZONE).date(),
        is_counted=True,
        views=1,
        likes=0,
        shares=0,
        enquiries=0,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["campaign_id", "on_day", "is_counted"], set_={"views": CampaignReach.views + 1}
        )
    )
    return c.VisitCounted(is_counted=True)


def reach(session: Session, campaign_id: UUID) -> c.CampaignReachView:
    rows = session.exec(
        select(CampaignReach)
        .where(col(CampaignReach.campaign_id) == campaign_id)
        .order_by(col(CampaignReach.on_day), col(CampaignReach.is_counted))
        .execution_options(populate_existing=True)
    ).all()
    totals = {name: sum(getattr(row, name) for row in rows) for name in ("views", "likes", "shares", "enquiries")}
    return c.CampaignReachView(
        campaign_id=campaign_id, **totals, days=[c.ReachDay.model_validate(row.model_dump()) for row in rows]
    )


def view(session: Session, campaign: Campaign) -> c.CampaignView:
    return c.CampaignView.model_validate({**campaign.model_dump(), **_totals(session, campaign.id)})


def _totals(session: Session, campaign_id: UUID) -> dict[str, int]:
    views, enquiries = session.exec(
        select(
            func.coalesce(func.sum(CampaignReach.views), 0), func.coalesce(func.sum(CampaignReach.enquiries), 0)
        ).where(col(CampaignReach.campaign_id) == campaign_id)
    ).one()
    return {"views": int(views), "enquiries": int(enquiries)}


def _step(
    session: Session, campaign_id: UUID, states: tuple[c.CampaignState, ...], to: c.CampaignState
) -> c.CampaignView:
    campaign = _find(session, campaign_id, lock=True)
    _require(campaign, states, to.value)
    campaign.state, campaign.version = to, campaign.version + 1
    return _told(session, campaign)


def _told(session: Session, campaign: Campaign) -> c.CampaignView:
    session.flush()
    session.publish(
        c.CampaignChanged(
            campaign_id=campaign.id,
            channel=campaign.channel,
            state=campaign.state,
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
            postings=len(campaign.posting_ids),
            **_totals(session, campaign.id),
        )
    )
    return view(session, campaign)


def _find(session: Session, campaign_id: UUID, *, lock: bool = False) -> Campaign:
    campaign = session.get(Campaign, campaign_id, with_for_update=lock, populate_existing=lock)
    if campaign is None:
        raise NOT_FOUND(what="campaign")
    return campaign


def _running(session: Session, code: str) -> Campaign:
    found = session.exec(
        select(Campaign).where(col(Campaign.code) == code, Campaign.state == c.CampaignState.running)
    ).one_or_none()
    if found is None:
        raise NOT_FOUND(what="campaign")
    return found


def _require(campaign: Campaign, states: tuple[c.CampaignState, ...], action: str) -> None:
    if campaign.state not in states:
        raise ILLEGAL_TRANSITION(state=campaign.state.value, action=action)


def _ids(posting_ids: list[UUID]) -> list[Any]:
    return [str(posting_id) for posting_id in dict.fromkeys(posting_ids)]
