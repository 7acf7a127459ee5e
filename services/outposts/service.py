"""What outposts answers, hears and does by the clock."""

from __future__ import annotations

from services.outposts import (
    authorities,
    case_views,
    caseloads,
    cases,
    figures,
    follow_ups,
    projections,
    transfers,
    warm_house,
)
from services.outposts.here import own_outpost
from services.outposts.personal_tables import PERSONAL
from services.outposts.sealed_columns import SEALED
from shared.contracts import dispatch, registry
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.kit.entrypoints import Unit, command, query, subscribe, timer
from shared.kit.session import Session


class OutpostsService:
    name = "outposts"
    unit = Unit()
    jobs = ()
    personal = PERSONAL
    sealed = SEALED

    @query(c.GetCaseload, allow=("outpost", "hq"))
    def get_caseload(self, session: Session, query: c.GetCaseload) -> c.CaseloadView:
        return caseloads.get_caseload(session, query)

    @query(c.ListCaseload, allow=("outpost", "hq"))
    def list_caseload(self, session: Session, query: c.ListCaseload) -> Page[c.CaseloadView]:
        return caseloads.list_caseload(session, query)

    @command(c.AssignLiaison, allow=("outpost",))
    def assign_liaison(self, session: Session, command: c.AssignLiaison) -> c.CaseloadView:
        return caseloads.assign_liaison(session, command, own_outpost(session))

    @query(c.GetOutpostFigures, allow=("hq", "outpost"), as_service=True)
    def get_outpost_figures(self, session: Session, query: c.GetOutpostFigures) -> c.FiguresOfOutposts:
        """As the machinery, since HQ may count what it may not read."""
        return figures.outpost_figures(session)

    @query(c.ListFollowUps, allow=("outpost",))
    def list_follow_ups(self, session: Session, query: c.ListFollowUps) -> Page[c.FollowUpView]:
        return follow_ups.list_follow_ups(session, query)

    @query(c.GetFollowUp, allow=("outpost",))
    def get_follow_up(self, session: Session, query: c.GetFollowUp) -> c.FollowUpView:
        return follow_ups.get_follow_up(session, query)

    @command(c.RecordContact, allow=("outpost",))
    def record_contact(self, session: Session, command: c.RecordContact) -> c.FollowUpView:
        return follow_ups.record_contact(session, command)

    @command(c.OpenWarmHouseSlot, allow=("outpost",))
    def open_warm_house_slot(self, session: Session, command: c.OpenWarmHouseSlot) -> c.WarmHouseSlotView:
        return warm_house.open_slot(session, command)

    @query(c.ListWarmHouseSlots, allow=("outpost", "hq"))
    def list_warm_house_slots(self, session: Session, query: c.ListWarmHouseSlots) -> Page[c.WarmHouseSlotView]:
        return warm_house.list_slots(session, query)

    @command(c.RecordWarmHouseVisit, allow=("outpost",))
    def record_warm_house_visit(self, session: Session, command: c.RecordWarmHouseVisit) -> c.WarmHouseVisitView:
        return warm_house.record_visit(session, command)

    @command(c.ConfirmWarmHouseVisit, allow=("outpost",))
    def confirm_warm_house_visit(self, session: Session, command: c.ConfirmWarmHouseVisit) -> c.WarmHouseVisitView:
        return warm_house.confirm_visit(session, command)

    @command(c.CancelWarmHouseVisit, allow=("outpost",))
    def cancel_warm_house_visit(self, session: Session, command: c.CancelWarmHouseVisit) -> c.WarmHouseVisitView:
        return warm_house.cancel_visit(session, command)

    @query(c.ListWarmHouseVisits, allow=("outpost",))
    def list_warm_house_visits(self, session: Session, query: c.ListWarmHouseVisits) -> Page[c.WarmHouseVisitView]:
        return warm_house.list_visits(session, query)

    @command(c.OpenRightsCase, allow=("outpost",))
    def open_rights_case(self, session: Session, command: c.OpenRightsCase) -> c.RightsCaseView:
        return cases.open_case(session, command)

    @query(c.GetRightsCase, allow=("outpost",))
    def get_rights_case(self, session: Session, query: c.GetRightsCase) -> c.RightsCaseView:
        return case_views.get_case(session, query)

    @query(c.ListRightsCases, allow=("outpost",))
    def list_rights_cases(self, session: Session, query: c.ListRightsCases) -> Page[c.RightsCaseRow]:
        return case_views.list_cases(session, query)

    @command(c.RecordCaseEvent, allow=("outpost",))
    def record_case_event(self, session: Session, command: c.RecordCaseEvent) -> c.RightsCaseView:
        return cases.record_event(session, command)

    @command(c.AddEvidence, allow=("outpost",))
    def add_evidence(self, session: Session, command: c.AddEvidence) -> c.EvidenceView:
        return cases.add_evidence(session, command)

    @query(c.GetEvidence, allow=("outpost",))
    def get_evidence(self, session: Session, query: c.GetEvidence) -> c.EvidenceView:
        return cases.get_evidence(session, query)

    @command(c.RecordRecovery, allow=("outpost",))
    def record_recovery(self, session: Session, command: c.RecordRecovery) -> c.RightsCaseView:
        return cases.record_recovery(session, command)

    @command(c.CloseRightsCase, allow=("outpost",))
    def close_rights_case(self, session: Session, command: c.CloseRightsCase) -> c.RightsCaseView:
        return cases.close_case(session, command)

    @command(c.ReopenRightsCase, allow=("outpost",))
    def reopen_rights_case(self, session: Session, command: c.ReopenRightsCase) -> c.RightsCaseView:
        return cases.reopen_case(session, command)

    @command(c.AddReceivingAuthority, allow=("outpost",))
    def add_receiving_authority(self, session: Session, command: c.AddReceivingAuthority) -> c.ReceivingAuthorityView:
        return authorities.add_authority(session, command)

    @query(c.ListReceivingAuthorities, allow=("outpost", "hq"))
    def list_receiving_authorities(
        self, session: Session, query: c.ListReceivingAuthorities
    ) -> Page[c.ReceivingAuthorityView]:
        return authorities.list_authorities(session, query)

    @command(c.RequestJobTransfer, allow=("outpost",))
    def request_job_transfer(self, session: Session, command: c.RequestJobTransfer) -> c.JobTransferView:
        return transfers.request_job_transfer(session, command)

    @command(c.AcceptJobTransfer, allow=("outpost",))
    def accept_job_transfer(self, session: Session, command: c.AcceptJobTransfer) -> c.JobTransferView:
        return transfers.accept_job_transfer(session, command)

    @command(c.RefuseJobTransfer, allow=("outpost",))
    def refuse_job_transfer(self, session: Session, command: c.RefuseJobTransfer) -> c.JobTransferView:
        return transfers.refuse_job_transfer(session, command)

    @command(c.WithdrawJobTransfer, allow=("outpost",))
    def withdraw_job_transfer(self, session: Session, command: c.WithdrawJobTransfer) -> c.JobTransferView:
        return transfers.withdraw_job_transfer(session, command)

    @query(c.GetJobTransfer, allow=("outpost",))
    def get_job_transfer(self, session: Session, query: c.GetJobTransfer) -> c.JobTransferView:
        return transfers.get_job_transfer(session, query)

    @query(c.ListJobTransfers, allow=("outpost",))
    def list_job_transfers(self, session: Session, query: c.ListJobTransfers) -> Page[c.JobTransferView]:
        return transfers.list_job_transfers(session, query)

    @subscribe(dispatch.DispatchOrderIssued)
    def dispatch_order_issued(self, session: Session, event: dispatch.DispatchOrderIssued) -> None:
        projections.order_issued(session, event)

    @subscribe(dispatch.DispatchOrderCancelled)
    def dispatch_order_cancelled(self, session: Session, event: dispatch.DispatchOrderCancelled) -> None:
        projections.order_cancelled(session, event)

    @subscribe(dispatch.EmploymentReceiptReceived)
    def employment_receipt_received(self, session: Session, event: dispatch.EmploymentReceiptReceived) -> None:
        projections.receipt_received(session, event)

    @subscribe(dispatch.PlacementStarted)
    def placement_started(self, session: Session, event: dispatch.PlacementStarted) -> None:
        projections.placement_started(session, event)

    @subscribe(dispatch.PlacementEnded)
    def placement_ended(self, session: Session, event: dispatch.PlacementEnded) -> None:
        projections.placement_ended(session, event)

    @subscribe(dispatch.TripDeparted)
    def trip_departed(self, session: Session, event: dispatch.TripDeparted) -> None:
        projections.trip_departed(session, event)

    @subscribe(dispatch.WorkerBoarded)
    def worker_boarded(self, session: Session, event: dispatch.WorkerBoarded) -> None:
        follow_ups.cancel_no_show(session, event.worker_id)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        projections.worker_erased(session, event)

    @subscribe(c.JobTransferAccepted)
    def job_transfer_accepted(self, session: Session, event: c.JobTransferAccepted) -> None:
        transfers.move(session, event)

    @timer(seconds=60)
    def announce_due_follow_ups(self, session: Session) -> None:
        follow_ups.announce_due(session)

    @timer(seconds=300)
    def warn_of_deadlines(self, session: Session) -> None:
        cases.warn_of_deadlines(session)

    @timer(seconds=600)
    def tidy_caseload(self, session: Session) -> None:
        caseloads.tidy(session)
