"""The county's outreach in figures, counted from the same rows that the events' own results are counted from."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.campaign_models import Campaign, CampaignReach
from services.postings.fair_models import FairCheckIn, FairInterview, JobFair
from services.postings.job_fairs import OFFERED
from services.postings.offers import Slip, SlipPrinting
from services.postings.outreach_models import OutreachAttendance, OutreachWish, VillageOutreach
from shared.contracts import postings as c
from shared.kit.session import Session

HELD = (c.OutreachState.under_way, c.OutreachState.closed)
FAIR_HELD = (c.FairState.open, c.FairState.closed)
RAN = (c.CampaignState.running, c.CampaignState.ended)


def get_outreach_figures(session: Session, query: c.GetOutreachFigures) -> c.OutreachFigures:
    begin = datetime.combine(query.from_date, time(), tzinfo=c.COUNTY_ZONE)
    end = datetime.combine(query.to_date, time(), tzinfo=c.COUNTY_ZONE) + timedelta(days=1)

    def within(moment: Any) -> Any:
        return moment.between(begin, end - timedelta(microseconds=1))

    def count(table: Any, *which: Any) -> int:
        return session.exec(select(func.count()).select_from(table).where(*which)).one()

    def total(column: Any, *which: Any) -> int:
        return int(session.exec(select(func.coalesce(func.sum(column), 0)).where(*which)).one())

    events = (within(col(VillageOutreach.starts_at)), col(VillageOutreach.state).in_(HELD))
    fairs = (within(col(JobFair.starts_at)), col(JobFair.state).in_(FAIR_HELD))
    campaigns = (
        col(Campaign.starts_on).between(query.from_date, query.to_date),
        col(Campaign.state).in_(RAN),
    )
    of_events = select(VillageOutreach.id).where(*events)
    of_fairs = select(JobFair.id).where(*fairs)
    of_campaigns = select(Campaign.id).where(*campaigns)
    wishes = col(OutreachWish.outreach_id).in_(of_events)
    interviews = col(FairInterview.fair_id).in_(of_fairs)
    first_printed = within(col(Slip.first_printed_at))
    slips = select(Slip.id).where(first_printed)
    printed = count(Slip, first_printed)
    return c.OutreachFigures(
        from_date=query.from_date,
        to_date=query.to_date,
        outreaches=count(VillageOutreach, *events),
        outreach_attended=count(OutreachAttendance, col(OutreachAttendance.outreach_id).in_(of_events)),
        outreach_walk_ins=total(VillageOutreach.walk_ins, *events),
        wishes=count(OutreachWish, wishes),
        wishes_accepted=count(OutreachWish, wishes, col(OutreachWish.outcome) == c.WishOutcome.accepted),
        fairs=count(JobFair, *fairs),
        fair_attended=count(FairCheckIn, col(FairCheckIn.fair_id).in_(of_fairs)),
        fair_walk_ins=total(JobFair.walk_ins, *fairs),
        interviews=count(FairInterview, interviews),
        fair_offers=count(FairInterview, interviews, col(FairInterview.state).in_(OFFERED)),
        fair_offers_accepted=count(FairInterview, interviews, col(FairInterview.state) == c.InterviewState.accepted),
        campaigns=count(Campaign, *campaigns),
        campaign_views=total(CampaignReach.views, col(CampaignReach.campaign_id).in_(of_campaigns)),
        campaign_enquiries=total(CampaignReach.enquiries, col(CampaignReach.campaign_id).in_(of_campaigns)),
        slips=printed,
        reprints=count(SlipPrinting, col(SlipPrinting.slip_id).in_(slips)) - printed,
    )
