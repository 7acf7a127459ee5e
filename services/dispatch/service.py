"""The map of dispatch: what it answers, what it hears, what it does by the clock."""

from __future__ import annotations

from uuid import UUID

from services.dispatch import (
    arrivals,
    boarding,
    boarding_lists,
    labor_contracts,
    manifests,
    order_papers,
    order_views,
    orders,
    placements,
    plan_changes,
    plan_moves,
    plans,
    projections,
    receipt_sheets,
    receipts,
    seats,
    trips,
)
from services.dispatch.fare_entrypoints import FARE_JOBS, FareEntrypoints
from services.dispatch.flexible_entrypoints import FLEXIBLE_JOBS, FlexibleEntrypoints
from services.dispatch.personal_tables import PERSONAL
from shared.contracts import dispatch as c
from shared.contracts import outposts, postings, registry
from shared.contracts.base import JobState, Nothing, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import Unit, command, query, subscribe, subscribe_many, timer
from shared.kit.session import Session

STAFF = ("hq", "outpost")
OFFICERS = (Role.hq_admin, Role.hq_officer)
EVERYONE_CONCERNED = ("hq", "area", "outpost", "partner", "worker")


class DispatchService(FareEntrypoints, FlexibleEntrypoints):
    """Dispatch orders, trips, receipts and fares. What a caller sees is row level security's; who may ask is here."""

    name = "dispatch"
    unit = Unit()
    jobs = (plans.compute_plan, order_papers.make_order_papers, manifests.make_manifest, *FARE_JOBS, *FLEXIBLE_JOBS)
    personal = PERSONAL

    @command(c.IssueDispatchOrder, allow=("hq",), roles=OFFICERS, before=orders.reserve)
    def issue_dispatch_order(
        self, session: Session, command: c.IssueDispatchOrder, reserved: orders.Reserved
    ) -> c.DispatchOrderView:
        return orders.issue_dispatch_order(session, command, reserved)

    @query(c.CheckDispatchOrder, allow=("hq",))
    def check_dispatch_order(self, session: Session, query: c.CheckDispatchOrder) -> Nothing:
        return orders.check_dispatch_order(session, query)

    @command(c.CancelDispatchOrder, allow=("hq",), roles=OFFICERS)
    def cancel_dispatch_order(self, session: Session, command: c.CancelDispatchOrder) -> c.DispatchOrderView:
        return orders.cancel_dispatch_order(session, command)

    @query(c.GetDispatchOrder, allow=EVERYONE_CONCERNED)
    def get_dispatch_order(self, session: Session, query: c.GetDispatchOrder) -> c.DispatchOrderView:
        return order_views.get_dispatch_order(session, query)

    @query(c.ListDispatchOrders, allow=EVERYONE_CONCERNED)
    def list_dispatch_orders(self, session: Session, query: c.ListDispatchOrders) -> Page[c.DispatchOrderRow]:
        return order_views.list_dispatch_orders(session, query)

    @query(c.OrderExists, allow=("hq",))
    def order_exists(self, session: Session, query: c.OrderExists) -> c.OrderPresence:
        return orders.order_exists(session, query)

    @command(c.PrintDispatchOrders, allow=STAFF)
    def print_dispatch_orders(self, session: Session, command: c.PrintDispatchOrders) -> JobState:
        return order_papers.print_dispatch_orders(session, command)

    @command(c.RecordLaborContract, allow=("hq", "outpost", "partner"))
    def record_labor_contract(self, session: Session, command: c.RecordLaborContract) -> c.LaborContractView:
        return labor_contracts.record_labor_contract(session, command)

    @command(c.RenewLaborContract, allow=("hq", "outpost", "partner"))
    def renew_labor_contract(self, session: Session, command: c.RenewLaborContract) -> c.LaborContractView:
        return labor_contracts.renew_labor_contract(session, command)

    @command(c.AttachContractScan, allow=("hq", "outpost", "partner"))
    def attach_contract_scan(self, session: Session, command: c.AttachContractScan) -> c.LaborContractView:
        return labor_contracts.attach_contract_scan(session, command)

    @query(c.ListLaborContracts, allow=EVERYONE_CONCERNED)
    def list_labor_contracts(self, session: Session, query: c.ListLaborContracts) -> Page[c.LaborContractView]:
        return labor_contracts.list_labor_contracts(session, query)

    @query(c.GetReceiptSheet, allow=("public",), as_service=True)
    def get_receipt_sheet(self, session: Session, query: c.GetReceiptSheet) -> c.ReceiptSheet:
        """As the service: the signed code names the one order that it opens."""
        return receipt_sheets.get_receipt_sheet(session, query)

    @command(c.ReceiveReceiptBySheet, allow=("public",), as_service=True)
    def receive_receipt_by_sheet(self, session: Session, command: c.ReceiveReceiptBySheet) -> c.ReceiptSheet:
        """As the service: the signed code names the one order that it closes."""
        return receipt_sheets.receive_receipt_by_sheet(session, command)

    @command(c.ReceiveReceipt, allow=("outpost", "partner"))
    def receive_receipt(self, session: Session, command: c.ReceiveReceipt) -> c.ReceiptView:
        return receipts.receive_receipt(session, command)

    @query(c.GetReceipt, allow=EVERYONE_CONCERNED)
    def get_receipt(self, session: Session, query: c.GetReceipt) -> c.ReceiptView:
        return receipts.get_receipt(session, query)

    @query(c.ListReceipts, allow=EVERYONE_CONCERNED)
    def list_receipts(self, session: Session, query: c.ListReceipts) -> Page[c.ReceiptView]:
        return receipts.list_receipts(session, query)

    @command(c.EndPlacement, allow=("hq", "outpost", "partner"))
    def end_placement(self, session: Session, command: c.EndPlacement) -> c.PlacementView:
        return placements.end_placement(session, command)

    @query(c.ListPlacements, allow=EVERYONE_CONCERNED)
    def list_placements(self, session: Session, query: c.ListPlacements) -> Page[c.PlacementView]:
        return placements.list_placements(session, query)

    @command(c.PlanTrips, allow=("hq",), roles=OFFICERS)
    def plan_trips(self, session: Session, command: c.PlanTrips) -> JobState:
        return plans.plan_trips(session, command)

    @query(c.GetTripPlan, allow=("hq",))
    def get_trip_plan(self, session: Session, query: c.GetTripPlan) -> c.TripPlanView:
        return plans.get_trip_plan(session, query)

    @query(c.ListTripPlans, allow=("hq",))
    def list_trip_plans(self, session: Session, query: c.ListTripPlans) -> Page[c.TripPlanRow]:
        return plans.list_trip_plans(session, query)

    @command(c.ChangeTripPlan, allow=("hq",), roles=OFFICERS)
    def change_trip_plan(self, session: Session, command: c.ChangeTripPlan) -> c.TripPlanView:
        return plan_moves.change_trip_plan(session, command)

    @command(c.UndoPlanChange, allow=("hq",), roles=OFFICERS)
    def undo_plan_change(self, session: Session, command: c.UndoPlanChange) -> c.TripPlanView:
        return plan_changes.undo_plan_change(session, command)

    @command(c.ResetTripPlan, allow=("hq",), roles=OFFICERS)
    def reset_trip_plan(self, session: Session, command: c.ResetTripPlan) -> c.TripPlanView:
        return plan_changes.reset_trip_plan(session, command)

    @command(c.AdoptTripPlan, allow=("hq",), roles=OFFICERS)
    def adopt_trip_plan(self, session: Session, command: c.AdoptTripPlan) -> c.AdoptedPlan:
        return plans.adopt_trip_plan(session, command)

    @command(c.CreateTrip, allow=("hq",), roles=OFFICERS)
    def create_trip(self, session: Session, command: c.CreateTrip) -> c.TripView:
        return trips.create_trip(session, command)

    @command(c.CancelTrip, allow=("hq",), roles=OFFICERS)
    def cancel_trip(self, session: Session, command: c.CancelTrip) -> c.TripView:
        return trips.cancel_trip(session, command)

    @query(c.GetTrip, allow=("hq", "outpost", "worker"))
    def get_trip(self, session: Session, query: c.GetTrip) -> c.TripView:
        return trips.get_trip(session, query)

    @query(c.ListTrips, allow=STAFF)
    def list_trips(self, session: Session, query: c.ListTrips) -> Page[c.TripRow]:
        return trips.list_trips(session, query)

    @command(c.HoldSeat, allow=("hq",), roles=OFFICERS)
    def hold_seat(self, session: Session, command: c.HoldSeat) -> c.SeatView:
        return seats.hold_seat(session, command)

    @command(c.ConfirmSeat, allow=("hq",), roles=OFFICERS)
    def confirm_seat(self, session: Session, command: c.ConfirmSeat) -> c.SeatView:
        return seats.confirm_seat(session, command)

    @command(c.ReleaseSeat, allow=("hq",), roles=OFFICERS)
    def release_seat(self, session: Session, command: c.ReleaseSeat) -> c.SeatView:
        return seats.release_seat(session, command)

    @query(c.ListEmployerTrips, allow=("partner",), as_service=True)
    def list_employer_trips(self, session: Session, query: c.ListEmployerTrips) -> Page[c.EmployerTrip]:
        """As the service: seats and trips are not an employer's rows; the rule narrows them to its own people."""
        return arrivals.list_employer_trips(session, query)

    @query(c.ListArrivals, allow=("partner",), as_service=True)
    def list_arrivals(self, session: Session, query: c.ListArrivals) -> Page[c.Arrival]:
        """As the service: the rule narrows the people of a coach to the employer's own."""
        return arrivals.list_arrivals(session, query)

    @query(c.ListSeats, allow=STAFF)
    def list_seats(self, session: Session, query: c.ListSeats) -> Page[c.SeatView]:
        return seats.list_seats(session, query)

    @query(c.GetManifest, allow=STAFF, before=manifests.names_for)
    def get_manifest(
        self, session: Session, query: c.GetManifest, names: dict[UUID, registry.Person]
    ) -> c.ManifestView:
        return manifests.get_manifest(session, query, names)

    @command(c.PrintManifest, allow=STAFF)
    def print_manifest(self, session: Session, command: c.PrintManifest) -> JobState:
        return manifests.print_manifest(session, command)

    @query(c.MyTrip, allow=("hq", "worker"))
    def my_trip(self, session: Session, query: c.MyTrip) -> c.SeatTickets:
        return manifests.my_trip(session, query)

    @command(c.BoardWorker, allow=STAFF)
    def board_worker(self, session: Session, command: c.BoardWorker) -> c.BoardingView:
        return boarding.board_worker(session, command)

    @command(c.MergeBoardings, allow=STAFF)
    def merge_boardings(self, session: Session, command: c.MergeBoardings) -> c.MergedBoardings:
        return boarding.merge_boardings(session, command)

    @query(c.GetBoardingList, allow=STAFF)
    def get_boarding_list(self, session: Session, query: c.GetBoardingList) -> c.BoardingListView:
        return boarding_lists.get_boarding_list(session, query)

    @command(c.DepartTrip, allow=("hq",), roles=OFFICERS)
    def depart_trip(self, session: Session, command: c.DepartTrip) -> c.TripView:
        return boarding.depart_trip(session, command)

    @command(c.RecordArrival, allow=STAFF, as_service=True)
    def record_arrival(self, session: Session, command: c.RecordArrival) -> c.TripView:
        """As the service: an arrival that stands for a departure marks the missed of every outpost. See the rule."""
        return boarding.record_arrival(session, command)

    @command(c.HandOverWorkers, allow=STAFF)
    def hand_over_workers(self, session: Session, command: c.HandOverWorkers) -> c.HandOverView:
        return boarding.hand_over_workers(session, command)

    @subscribe_many(registry.WorkerRegistered)
    def worker_registered(self, session: Session, events: list[registry.WorkerRegistered]) -> None:
        projections.know_new_workers(session, events)

    @subscribe(registry.WorkerUpdated)
    def worker_updated(self, session: Session, event: registry.WorkerUpdated) -> None:
        projections.know_worker(session, event)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        projections.merge_worker(session, event)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        projections.erase_worker(session, event)

    @subscribe(registry.ConsentWithdrawn)
    def consent_withdrawn(self, session: Session, event: registry.ConsentWithdrawn) -> None:
        projections.know_withdrawal(session, event)

    @subscribe(postings.EmployerMerged)
    def employer_merged(self, session: Session, event: postings.EmployerMerged) -> None:
        projections.follow_employer(session, event)

    @subscribe(postings.EmployerMergeUndone)
    def employer_merge_undone(self, session: Session, event: postings.EmployerMergeUndone) -> None:
        projections.follow_employer_back(session, event)

    @subscribe(postings.RecommendationAnswered)
    def recommendation_answered(self, session: Session, event: postings.RecommendationAnswered) -> None:
        projections.know_answer(session, event)

    @subscribe(outposts.JobTransferAccepted)
    def job_transfer_accepted(self, session: Session, event: outposts.JobTransferAccepted) -> None:
        projections.follow_transfer(session, event)

    @timer(seconds=600)
    def escalate_overdue_receipts(self, session: Session) -> None:
        receipts.escalate_overdue(session)

    @timer(seconds=600)
    def tell_completed_months(self, session: Session) -> None:
        placements.tell_completed_months(session)

    @timer(seconds=3600)
    def tell_contracts_due(self, session: Session) -> None:
        labor_contracts.tell_what_lacks(session)

    @timer(seconds=30)
    def free_stale_seats(self, session: Session) -> None:
        seats.sweep(session)
