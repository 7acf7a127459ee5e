"""What registry answers to grid leaders and to those who decide what they ask for."""

from __future__ import annotations

from services.registry import change_requests, duplicates, mergers, visits
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
OFFICERS = (Role.hq_admin, Role.hq_officer)
DECIDERS = (Role.hq_admin, Role.hq_officer, Role.township_officer)


class GridEntrypoints:
    """A part of RegistryService."""

    @command(c.RequestChange, allow=(*COUNTY, "worker"), roles=(*WRITERS, Role.worker), as_service=True)
    def request_change(self, session: Session, message: c.RequestChange) -> c.ChangeRequestView:
        """As the service: a worker may ask, but writes no rows."""
        return change_requests.request_change(session, message)

    @query(c.GetChangeRequest, allow=(*COUNTY, "worker"))
    def get_change_request(self, session: Session, message: c.GetChangeRequest) -> c.ChangeRequestView:
        return change_requests.get_change_request(session, message)

    @query(c.ListChangeRequests, allow=(*COUNTY, "worker"))
    def list_change_requests(self, session: Session, message: c.ListChangeRequests) -> Page[c.ChangeRequestView]:
        return change_requests.list_change_requests(session, message)

    @command(c.ApproveChangeRequest, allow=COUNTY, roles=DECIDERS)
    def approve_change_request(self, session: Session, message: c.ApproveChangeRequest) -> c.ChangeRequestView:
        return change_requests.approve_change_request(session, message)

    @command(c.RefuseChangeRequest, allow=COUNTY, roles=DECIDERS)
    def refuse_change_request(self, session: Session, message: c.RefuseChangeRequest) -> c.ChangeRequestView:
        return change_requests.refuse_change_request(session, message)

    @command(c.WithdrawChangeRequest, allow=(*COUNTY, "worker"), as_service=True)
    def withdraw_change_request(self, session: Session, message: c.WithdrawChangeRequest) -> c.ChangeRequestView:
        """As the service: a worker may take back, but writes no rows."""
        return change_requests.withdraw_change_request(session, message)

    @command(c.RecordVisit, allow=COUNTY, roles=WRITERS)
    def record_visit(self, session: Session, message: c.RecordVisit) -> c.VisitView:
        return visits.record_visit(session, message)

    @command(c.VoidVisit, allow=COUNTY, roles=WRITERS)
    def void_visit(self, session: Session, message: c.VoidVisit) -> c.VisitView:
        return visits.void_visit(session, message)

    @query(c.ListVisits, allow=COUNTY)
    def list_visits(self, session: Session, message: c.ListVisits) -> Page[c.VisitView]:
        return visits.list_visits(session, message)

    @query(c.ListDueVisits, allow=COUNTY)
    def list_due_visits(self, session: Session, message: c.ListDueVisits) -> Page[c.DueVisit]:
        return visits.list_due_visits(session, message)

    @query(c.GetGridOverview, allow=COUNTY)
    def get_grid_overview(self, session: Session, message: c.GetGridOverview) -> c.GridOverview:
        return visits.get_grid_overview(session, message)

    @query(c.FindLikelyWorkers, allow=COUNTY, roles=WRITERS)
    def find_likely_workers(self, session: Session, message: c.FindLikelyWorkers) -> c.LikelyMatches:
        return duplicates.find_likely_workers(session, message)

    @query(c.ListLikelyPairs, allow=COUNTY)
    def list_likely_pairs(self, session: Session, message: c.ListLikelyPairs) -> Page[c.LikelyPair]:
        return duplicates.list_likely_pairs(session, message)

    @command(c.ConfirmDistinct, allow=COUNTY, roles=WRITERS)
    def confirm_distinct(self, session: Session, message: c.ConfirmDistinct) -> Nothing:
        return duplicates.confirm_distinct(session, message)

    @query(c.ListMergers, allow=("hq",))
    def list_mergers(self, session: Session, message: c.ListMergers) -> Page[c.MergerView]:
        return mergers.list_mergers(session, message)

    @query(c.GetMerger, allow=("hq",))
    def get_merger(self, session: Session, message: c.GetMerger) -> c.MergerView:
        return mergers.get_merger(session, message)

    @command(c.UndoMerger, allow=("hq",), roles=OFFICERS)
    def undo_merger(self, session: Session, message: c.UndoMerger) -> c.MergerView:
        return mergers.undo_merger(session, message)

    @command(c.ConfirmMerger, allow=("hq",), roles=OFFICERS)
    def confirm_merger(self, session: Session, message: c.ConfirmMerger) -> c.MergerView:
        return mergers.confirm_merger(session, message)

    @timer(seconds=3600)
    def finish_due_mergers(self, session: Session) -> None:
        mergers.finish_due_mergers(session)
