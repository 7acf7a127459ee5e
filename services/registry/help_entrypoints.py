"""What registry answers about help: 帮扶计划, 一带十 and the community stations."""

from __future__ import annotations

from services.registry import help_plans, referrals, stations
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
INSPECTORS = (Role.hq_admin, Role.hq_officer, Role.township_officer)


class HelpEntrypoints:
    """A part of RegistryService."""

    @command(c.OpenHelpPlan, allow=COUNTY, roles=WRITERS)
    def open_help_plan(self, session: Session, message: c.OpenHelpPlan) -> c.HelpPlanView:
        return help_plans.open_help_plan(session, message)

    @query(c.GetHelpPlan, allow=COUNTY)
    def get_help_plan(self, session: Session, message: c.GetHelpPlan) -> c.HelpPlanView:
        return help_plans.get_help_plan(session, message)

    @command(c.AddHelpAction, allow=COUNTY, roles=WRITERS)
    def add_help_action(self, session: Session, message: c.AddHelpAction) -> c.HelpPlanView:
        return help_plans.add_help_action(session, message)

    @command(c.SettleHelpAction, allow=COUNTY, roles=WRITERS)
    def settle_help_action(self, session: Session, message: c.SettleHelpAction) -> c.HelpPlanView:
        return help_plans.settle_help_action(session, message)

    @command(c.ReviewHelpPlan, allow=COUNTY, roles=WRITERS)
    def review_help_plan(self, session: Session, message: c.ReviewHelpPlan) -> c.HelpPlanView:
        return help_plans.review_help_plan(session, message)

    @query(c.ListHelpPlans, allow=COUNTY)
    def list_help_plans(self, session: Session, message: c.ListHelpPlans) -> Page[c.HelpPlanView]:
        return help_plans.list_help_plans(session, message)

    @query(c.ListUnplannedWorkers, allow=COUNTY)
    def list_unplanned_workers(self, session: Session, message: c.ListUnplannedWorkers) -> Page[c.UnplannedWorker]:
        return help_plans.list_unplanned_workers(session, message)

    @command(c.RecordReferral, allow=COUNTY, roles=WRITERS)
    def record_referral(self, session: Session, message: c.RecordReferral) -> c.ReferralView:
        return referrals.record_referral(session, message)

    @command(c.WithdrawReferral, allow=COUNTY, roles=WRITERS)
    def withdraw_referral(self, session: Session, message: c.WithdrawReferral) -> Nothing:
        return referrals.withdraw_referral(session, message)

    @query(c.ListReferrals, allow=COUNTY)
    def list_referrals(self, session: Session, message: c.ListReferrals) -> Page[c.ReferralView]:
        return referrals.list_referrals(session, message)

    @query(c.GetReferralTree, allow=COUNTY)
    def get_referral_tree(self, session: Session, message: c.GetReferralTree) -> c.ReferralTree:
        return referrals.referral_tree(session, message)

    @query(c.ListReferrers, allow=COUNTY)
    def list_referrers(self, session: Session, message: c.ListReferrers) -> c.ReferrerList:
        return referrals.list_referrers(session, message)

    @command(c.OpenStation, allow=COUNTY, roles=INSPECTORS)
    def open_station(self, session: Session, message: c.OpenStation) -> c.StationView:
        return stations.open_station(session, message)

    @command(c.ChangeStation, allow=COUNTY, roles=INSPECTORS)
    def change_station(self, session: Session, message: c.ChangeStation) -> c.StationView:
        return stations.change_station(session, message)

    @command(c.InspectStation, allow=COUNTY, roles=INSPECTORS)
    def inspect_station(self, session: Session, message: c.InspectStation) -> c.StationView:
        return stations.inspect_station(session, message)

    @query(c.GetStation, allow=COUNTY)
    def get_station(self, session: Session, message: c.GetStation) -> c.StationView:
        return stations.get_station(session, message)

    @query(c.ListStations, allow=COUNTY)
    def list_stations(self, session: Session, message: c.ListStations) -> Page[c.StationView]:
        return stations.list_stations(session, message)

    @query(c.ListStationInspections, allow=COUNTY)
    def list_station_inspections(
        self, session: Session, message: c.ListStationInspections
    ) -> Page[c.StationInspectionView]:
        return stations.list_inspections(session, message)

    @command(c.AttachInspectionFile, allow=COUNTY, roles=INSPECTORS)
    def attach_inspection_file(self, session: Session, message: c.AttachInspectionFile) -> c.StationFileView:
        return stations.attach_file(session, message)

    @query(c.GetInspectionFile, allow=COUNTY)
    def get_inspection_file(self, session: Session, message: c.GetInspectionFile) -> c.StationFileView:
        return stations.get_file(session, message)

    @query(c.ListLapsingItems, allow=COUNTY)
    def list_lapsing_items(self, session: Session, message: c.ListLapsingItems) -> c.LapsingItems:
        return stations.list_lapsing(session, message)
