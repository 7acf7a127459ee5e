"""What postings answers and does by the clock about 线上宣传."""

from __future__ import annotations

from services.postings import campaigns
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

HQ_STAFF = (Role.hq_admin, Role.hq_officer)
READERS = ("hq", "area", "outpost")
EVERYONE = ("hq", "outpost", "area", "partner", "worker", "public")


class CampaignEntrypoints:
    """A part of PostingsService."""

    @command(c.PlanCampaign, allow=("hq",), roles=HQ_STAFF)
    def plan_campaign(self, session: Session, command: c.PlanCampaign) -> c.CampaignView:
        return campaigns.plan_campaign(session, command)

    @command(c.UpdateCampaign, allow=("hq",), roles=HQ_STAFF)
    def update_campaign(self, session: Session, command: c.UpdateCampaign) -> c.CampaignView:
        return campaigns.update_campaign(session, command)

    @command(c.StartCampaign, allow=("hq",), roles=HQ_STAFF)
    def start_campaign(self, session: Session, command: c.StartCampaign) -> c.CampaignView:
        return campaigns.start_campaign(session, command)

    @command(c.EndCampaign, allow=("hq",), roles=HQ_STAFF)
    def end_campaign(self, session: Session, command: c.EndCampaign) -> c.CampaignView:
        return campaigns.end_campaign(session, command)

    @command(c.CancelCampaign, allow=("hq",), roles=HQ_STAFF)
    def cancel_campaign(self, session: Session, command: c.CancelCampaign) -> c.CampaignView:
        return campaigns.cancel_campaign(session, command)

    @query(c.GetCampaign, allow=READERS)
    def get_campaign(self, session: Session, query: c.GetCampaign) -> c.CampaignView:
        return campaigns.get_campaign(session, query)

    @query(c.ListCampaigns, allow=READERS)
    def list_campaigns(self, session: Session, query: c.ListCampaigns) -> Page[c.CampaignView]:
        return campaigns.list_campaigns(session, query)

    @command(c.ReportCampaignReach, allow=("hq",), roles=HQ_STAFF)
    def report_campaign_reach(self, session: Session, command: c.ReportCampaignReach) -> c.CampaignReachView:
        return campaigns.report_campaign_reach(session, command)

    @query(c.GetCampaignReach, allow=READERS)
    def get_campaign_reach(self, session: Session, query: c.GetCampaignReach) -> c.CampaignReachView:
        return campaigns.get_campaign_reach(session, query)

    @query(c.ListPublicCampaigns, allow=EVERYONE, as_service=True)
    def list_public_campaigns(self, session: Session, query: c.ListPublicCampaigns) -> Page[c.PublicCampaign]:
        return campaigns.list_public_campaigns(session, query)

    @query(c.GetPublicCampaign, allow=EVERYONE, as_service=True)
    def get_public_campaign(self, session: Session, query: c.GetPublicCampaign) -> c.PublicCampaign:
        return campaigns.get_public_campaign(session, query)

    @command(c.CountCampaignVisit, allow=("public",), as_service=True)
    def count_campaign_visit(self, session: Session, command: c.CountCampaignVisit) -> c.VisitCounted:
        return campaigns.count_campaign_visit(session, command)

    @timer(seconds=600)
    def follow_campaign_dates(self, session: Session) -> None:
        campaigns.follow_campaign_dates(session)
