"""No sequence of commands, in any order and twice each, breaks what the journey promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.dispatch import seats
from shared.contracts import dispatch as c
from shared.contracts.base import Message
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import Asker

PEOPLE = 4
SEATS = 3
some = st.integers(min_value=0, max_value=63)

# Each finds rows that must not be there.
BROKEN = {
    "two open orders of one worker": """
        SELECT worker_id FROM dispatch.dispatch_order WHERE state IN ('issued', 'on_the_way')
        GROUP BY worker_id HAVING count(*) > 1""",
    "a seat held twice": """
        SELECT trip_id, seat_no FROM dispatch.seat_hold WHERE state IN ('held', 'confirmed', 'boarded')
        GROUP BY trip_id, seat_no HAVING count(*) > 1""",
    "more people than seats": """
        SELECT t.id FROM dispatch.trip t JOIN dispatch.seat_hold h ON h.trip_id = t.id
        WHERE h.state IN ('held', 'confirmed', 'boarded') GROUP BY t.id, t.seats
        HAVING count(*) > t.seats OR max(h.seat_no) > t.seats""",
    "an order in two seats": """
        SELECT order_id FROM dispatch.seat_hold WHERE state IN ('waiting', 'held', 'confirmed', 'boarded')
        GROUP BY order_id HAVING count(*) > 1""",
    "boarded without being on the way": """
        SELECT h.order_id FROM dispatch.seat_hold h JOIN dispatch.dispatch_order o ON o.id = h.order_id
        WHERE h.state = 'boarded' AND o.state NOT IN ('on_the_way', 'closed')""",
    "closed without its one receipt, or a receipt of an open order": """
        SELECT o.id FROM dispatch.dispatch_order o LEFT JOIN dispatch.employment_receipt r ON r.order_id = o.id
        GROUP BY o.id, o.state HAVING count(r.id) <> (CASE o.state WHEN 'closed' THEN 1 ELSE 0 END)""",
    "a placement that no receipt started": """
        SELECT p.id FROM dispatch.placement p LEFT JOIN dispatch.employment_receipt r
        ON r.placement_id = p.id AND r.outcome = 'started' WHERE r.id IS NULL""",
    "two current placements of one worker": """
        SELECT worker_id FROM dispatch.placement WHERE ended_on IS NULL GROUP BY worker_id HAVING count(*) > 1""",
    "a leg paid twice": """
        SELECT mode, ticket_key FROM dispatch.reimbursement_leg WHERE is_live GROUP BY mode, ticket_key
        HAVING count(*) > 1""",
    "two live claims of a year": """
        SELECT worker_id, year FROM dispatch.reimbursement
        WHERE state IN ('submitted', 'approved', 'paid') GROUP BY worker_id, year
        HAVING count(*) > 1""",
    "a claim approved for a journey by coach": """
        SELECT r.id FROM dispatch.reimbursement r JOIN dispatch.seat_hold h ON h.order_id = r.order_id
        WHERE r.state IN ('approved', 'paid') AND h.state = 'boarded'""",
    "a number given twice or left out": """
        SELECT year FROM (SELECT split_part(order_no, '-', 2) AS year, count(*) AS used,
        max(split_part(order_no, '-', 3)::int) AS last FROM dispatch.dispatch_order GROUP BY 1) AS y
        WHERE used <> last""",
    "one thing told twice": """
        SELECT topic, aggregate_id FROM dispatch.outbox WHERE topic IN ('dispatch_order.issued',
        'dispatch_order.cancelled', 'employment_receipt.received', 'placement.started', 'placement.ended',
        'worker.boarded', 'reimbursement.approved', 'reimbursement.reversed')
        GROUP BY topic, aggregate_id HAVING count(*) > 1""",
}


class Journeys(RuleBasedStateMachine):
    """Officers, outposts and workers who do anything at any time, and sometimes the same thing twice."""

    def __init__(self, county: County, sql: Callable[..., Any]) -> None:
        super().__init__()
        self.county, self.sql = county, sql
        self.dongguan = county.at("dongguan")
        self.posting = county.openings.posting()
        self.workers: list[UUID] = []
        self.orders: list[UUID] = []
        self.holds: list[c.SeatView] = []
        self.placements: list[UUID] = []
        self.claims: list[UUID] = []
        self.trips: list[c.TripView] = []

    @initialize()
    def begin(self) -> None:
        """New people and coaches each time; all but one of them have an order."""
        self.trips = [self.county.trip(seats=SEATS) for _ in range(2)]
        orders = self.county.issue_many(PEOPLE - 1)
        self.orders = [order.id for order in orders]
        self.workers = [*(order.worker_id for order in orders), self.county.worker()]
        self.holds = [self.county.seat(trip, order) for trip, order in zip(self.trips, orders, strict=False)]

    def tell(self, asker: Asker, message: Message[Any], twice: bool) -> Any:
        """The reply, or None where it was refused; a command sent again under its id has the same outcome."""
        command_id = new_id()
        first = self.outcome(asker, message, command_id)
        if twice:
            again = self.outcome(asker, message, command_id)
            assert again == first or isinstance(first, str), f"{message}: {first} and then {again}"
            first = again
        return None if isinstance(first, str) else first

    def outcome(self, asker: Asker, message: Message[Any], command_id: UUID) -> Any:
        try:
            return asker.ask(message, command_id=command_id)
        except Problem as problem:
            if problem.kind in (ProblemKind.internal, ProblemKind.unavailable):
                raise
            return problem.code

    def one(self, given: list[Any], chosen: int) -> Any:
        return given[chosen % len(given)] if given else new_id()

    @rule(worker=some, by_coach=st.booleans(), twice=st.booleans())
    def issue(self, worker: int, by_coach: bool, twice: bool) -> None:
        transport = c.Transport.coach if by_coach else c.Transport.own_fare
        command = self.county.to_issue(self.one(self.workers, worker), self.posting, transport=transport)
        order = self.tell(self.county.hq, command, twice)
        if order is not None:
            self.orders.append(order.id)
            self.county.platform.settle()

    @rule(order=some, twice=st.booleans())
    def cancel(self, order: int, twice: bool) -> None:
        command = c.CancelDispatchOrder(order_id=self.one(self.orders, order), reason="改期")
        self.tell(self.county.hq, command, twice)

    @rule(
        order=some,
        trip=some,
        seat_no=st.none() | st.integers(min_value=1, max_value=SEATS + 1),
        hold_minutes=st.none() | st.just(5),
        can_wait=st.booleans(),
        twice=st.booleans(),
    )
    def hold(
        self, order: int, trip: int, seat_no: int | None, hold_minutes: int | None, can_wait: bool, twice: bool
    ) -> None:
        command = c.HoldSeat(
            trip_id=self.one(self.trips, trip).id,
            order_id=self.one(self.orders, order),
            seat_no=seat_no,
            hold_minutes=hold_minutes,
            can_wait=can_wait,
        )
        seat = self.tell(self.county.hq, command, twice)
        if seat is not None:
            self.holds.append(seat)

    @rule(hold=some, order=some, is_owner=st.booleans(), confirms=st.booleans(), twice=st.booleans())
    def confirm_or_release(self, hold: int, order: int, is_owner: bool, confirms: bool, twice: bool) -> None:
        seat: c.SeatView = self.one(self.holds, hold)
        owner = seat.order_id if is_owner else self.one(self.orders, order)
        what = c.ConfirmSeat if confirms else c.ReleaseSeat
        self.tell(self.county.hq, what(trip_id=seat.trip_id, hold_id=seat.id, order_id=owner), twice)

    @rule(hold=some)
    def run_out(self, hold: int) -> None:
        self.sql(
            "UPDATE dispatch.seat_hold SET expires_at = now() - interval '1 s' WHERE id = :id AND state = 'held'",
            id=self.one(self.holds, hold).id,
        )

    @rule(trip=some, order=some, twice=st.booleans())
    def board_anybody(self, trip: int, order: int, twice: bool) -> None:
        command = c.BoardWorker(trip_id=self.one(self.trips, trip).id, order_id=self.one(self.orders, order))
        self.tell(self.county.hq, command, twice)

    @rule(hold=some, twice=st.booleans())
    def board(self, hold: int, twice: bool) -> None:
        seat: c.SeatView = self.one(self.holds, hold)
        self.tell(self.dongguan, c.BoardWorker(trip_id=seat.trip_id, order_id=seat.order_id), twice)

    @rule(trip=some, arrives=st.booleans(), twice=st.booleans())
    def drive(self, trip: int, arrives: bool, twice: bool) -> None:
        trip_id = self.one(self.trips, trip).id
        command: Message[Any] = c.RecordArrival(trip_id=trip_id) if arrives else c.DepartTrip(trip_id=trip_id)
        self.tell(self.county.hq, command, twice)

    @rule(trip=some)
    def hand_over(self, trip: int) -> None:
        trip_id = self.one(self.trips, trip).id
        self.tell(self.dongguan, c.HandOverWorkers(trip_id=trip_id, outpost=OutpostCode.dongguan), False)

    @rule(order=some, started=st.booleans(), twice=st.booleans())
    def receive(self, order: int, started: bool, twice: bool) -> None:
        given: dict[str, Any] = {"outcome": "started", "started_on": today() - timedelta(days=120)}
        given = given if started else {"outcome": "not_started", "reason": "体检不合格"}
        command = c.ReceiveReceipt.model_validate({"order_id": self.one(self.orders, order), **given})
        receipt = self.tell(self.dongguan, command, twice)
        if receipt is not None and receipt.placement_id is not None:
            self.placements.append(receipt.placement_id)

    @rule(placement=some, twice=st.booleans())
    def leave_work(self, placement: int, twice: bool) -> None:
        command = c.EndPlacement(
            placement_id=self.one(self.placements, placement), ended_on=today(), reason=c.EndReason.worker_left
        )
        self.tell(self.county.hq, command, twice)

    @rule(order=some, ticket=st.integers(min_value=0, max_value=5), twice=st.booleans())
    def claim(self, order: int, ticket: int, twice: bool) -> None:
        leg = {
            "mode": "bus",
            "from": "黎平",
            "to": "东莞",
            "on": today(),
            "amount_cents": 1,
            "ticket_no": f"T00{ticket}",
        }
        command = c.SubmitReimbursement.model_validate({"order_id": self.one(self.orders, order), "legs": [leg]})
        claim = self.tell(self.county.hq, command, twice)
        if claim is not None:
            self.claims.append(claim.id)

    @rule(claim=some, approves=st.booleans(), twice=st.booleans())
    def decide(self, claim: int, approves: bool, twice: bool) -> None:
        claim_id = self.one(self.claims, claim)
        command: Message[Any] = c.RejectReimbursement(reimbursement_id=claim_id, reason="票面不清")
        if approves:
            command = c.ApproveReimbursements(reimbursement_ids=[claim_id, claim_id], has_seen_findings=True)
        self.tell(self.county.hq, command, twice)

    @rule(claim=some, twice=st.booleans())
    def take_back(self, claim: int, twice: bool) -> None:
        command = c.ReverseReimbursement(reimbursement_id=self.one(self.claims, claim), reason="录错")
        self.tell(self.county.hq, command, twice)

    @rule()
    def tick(self) -> None:
        with self.county.platform.hosted["dispatch"].runtime.database.transaction(
            self.county.platform.hosted["dispatch"].runtime.own_context()
        ) as session:
            seats.sweep(session)

    @invariant()
    def nothing_is_broken(self) -> None:
        for what, statement in BROKEN.items():
            assert self.sql(statement) == [], what


def test_any_sequence(county: County, sql: Callable[..., Any]) -> None:
    run_state_machine_as_test(
        lambda: Journeys(county, sql),  # type: ignore[arg-type]
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
