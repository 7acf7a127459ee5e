"""What registry answers to grid leaders and to those who decide what they ask for."""

from __future__ import annotations

from services.registry import change_requests, visits
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
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
