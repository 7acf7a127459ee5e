"""What dispatch answers about fares 车费报销."""

from __future__ import annotations

from services.dispatch import (
    fare_bookings,
    fare_corrections,
    fare_decisions,
    fare_findings,
    fares,
    payouts,
    reimbursements,
)
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

OFFICERS = (Role.hq_admin, Role.hq_officer)
FARE_JOBS = (payouts.make_payout,)


class FareEntrypoints:
    """The part of DispatchService that is about money."""

    @command(c.SubmitReimbursement, allow=("hq", "worker"))
    def submit_reimbursement(self, session: Session, command: c.SubmitReimbursement) -> c.ReimbursementView:
        return reimbursements.submit_reimbursement(session, command)

    @command(c.AttachTicketPhoto, allow=("hq", "worker"))
    def attach_ticket_photo(self, session: Session, command: c.AttachTicketPhoto) -> c.ReimbursementView:
        return fare_corrections.attach_ticket_photo(session, command)

    @query(c.GetReimbursement, allow=("hq", "worker"))
    def get_reimbursement(self, session: Session, query: c.GetReimbursement) -> c.ReimbursementView:
        return reimbursements.get_reimbursement(session, query)

    @query(c.ListReimbursements, allow=("hq", "worker"))
    def list_reimbursements(self, session: Session, query: c.ListReimbursements) -> Page[c.ReimbursementRow]:
        return reimbursements.list_reimbursements(session, query)

    @query(c.FindFareDuplicates, allow=("hq",))
    def find_fare_duplicates(self, session: Session, query: c.FindFareDuplicates) -> c.FareFindings:
        return fare_findings.find_fare_duplicates(session, query)

    @command(c.ApproveReimbursements, allow=("hq",), roles=OFFICERS)
    def approve_reimbursements(self, session: Session, command: c.ApproveReimbursements) -> c.BatchApproval:
        return fare_decisions.approve_reimbursements(session, command)

    @command(c.RejectReimbursement, allow=("hq",), roles=OFFICERS)
    def reject_reimbursement(self, session: Session, command: c.RejectReimbursement) -> c.ReimbursementView:
        return fare_decisions.reject_reimbursement(session, command)

    @command(c.ReverseReimbursement, allow=("hq",), roles=OFFICERS)
    def reverse_reimbursement(self, session: Session, command: c.ReverseReimbursement) -> c.ReimbursementView:
        return fare_corrections.reverse_reimbursement(session, command)

    @command(c.CorrectReimbursement, allow=("hq", "worker"), roles=(*OFFICERS, Role.worker))
    def correct_reimbursement(self, session: Session, command: c.CorrectReimbursement) -> c.ReimbursementView:
        return fare_corrections.correct_reimbursement(session, command)

    @query(c.ListFareEntries, allow=("hq", "worker"))
    def list_fare_entries(self, session: Session, query: c.ListFareEntries) -> Page[c.FareEntryView]:
        return fare_bookings.list_fare_entries(session, query)

    @command(c.ExportPayout, allow=("hq",), roles=OFFICERS)
    def export_payout(self, session: Session, command: c.ExportPayout) -> JobState:
        return payouts.export_payout(session, command)

    @query(c.GetPayout, allow=("hq",))
    def get_payout(self, session: Session, query: c.GetPayout) -> c.PayoutView:
        return payouts.get_payout(session, query)

    @query(c.ListPayouts, allow=("hq",))
    def list_payouts(self, session: Session, query: c.ListPayouts) -> Page[c.PayoutRow]:
        return payouts.list_payouts(session, query)

    @query(c.ListFarePolicies, allow=("hq", "worker"))
    def list_fare_policies(self, session: Session, query: c.ListFarePolicies) -> c.FarePolicies:
        return fares.list_fare_policies(session, query)

    @command(c.AddFarePolicy, allow=("hq",), roles=(Role.hq_admin,))
    def add_fare_policy(self, session: Session, command: c.AddFarePolicy) -> c.FarePolicy:
        return fares.add_fare_policy(session, command)
