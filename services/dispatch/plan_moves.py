"""A person moves people between the coaches of a proposal; whatever changes is timed by the rules and priced again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from services.dispatch import plan_changes
from services.dispatch.coach_loads import CoachDesk, Load, Traveller, line_of, planned_trip
from services.dispatch.fleet import Fleet
from services.dispatch.plans import open_plan
from services.dispatch.roads import recalled, table_roads
from services.dispatch.states import moment
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session

CHOSEN = "chosen_by_a_person"


def change_trip_plan(session: Session, command: c.ChangeTripPlan) -> c.TripPlanView:
    """Carry out the moves in their order, all or none; coaches that nobody is left on are given up.

    Raises PLAN_COACH_UNKNOWN, PLAN_COACH_FULL, PLAN_OFF_THE_LINE, PLAN_DAY_IMPOSSIBLE, PLAN_RIDE_TOO_LONG,
    PLAN_STOP_CLOSED, STALE, and NOT_FOUND for an order that is not in the plan. A coach need not pay: the person may
    know why. What stood there before is kept, so that the change can be taken back.
    """
    row = open_plan(session, command.plan_id, command.expected_version)
    desk = CoachDesk(c.PlanTrips.model_validate(row.request), recalled(row.roads) if row.roads else table_roads())
    draft = _Draft(desk, row.proposal or {})
    for move in command.moves:
        draft.move(move)
    for departure in command.departures:
        draft.depart(departure.coach, departure, session)
    after = {**(row.proposal or {}), **draft.proposal()}
    plan_changes.note(session, row, command, after)
    return plan_changes.put(session, row, after)


class _Draft:
    """The proposal while it is being changed: unchanged coaches stay as they were computed."""

    def __init__(self, desk: CoachDesk, proposal: dict[str, object]) -> None:
        found = c.TripPlanView.model_validate({"id": "", "state": "", **proposal})
        self._desk = desk
        self._trips = {trip.number: trip for trip in found.trips}
        self._by_fare = {one.order_id: one for one in found.by_fare}

    def move(self, move: c.PlanMove) -> None:
        people = [self._taken(order_id) for order_id in move.order_ids]
        if move.coach is None and move.coach_kind is None:
            self._by_fare.update({one.order_id: self._repaid(one) for one in people})
            return
        if move.coach is not None:
            trip = self._trip(move.coach)
            aboard = [*map(_traveller, trip.passengers), *people]
            self._seat(move.coach, self._coach(trip.coach_kind), aboard, _day(trip))
            return
        number = max(self._trips, default=0) + 1
        kind = move.coach_kind or ""
        self._seat(number, self._left(kind), people, move.depart_on or max(one.depart_on for one in people))

    def depart(self, number: int, departure: c.PlanDeparture, session: Session) -> None:
        trip = self._trip(number)
        depart_at = moment(departure.depart_at, session)
        people = [_traveller(one) for one in trip.passengers]
        load = self._desk.load_at(self._coach(trip.coach_kind), people, depart_at)
        self._put(number, load, people, load.journey.depart_at.date() if load else depart_at.date())

    def proposal(self) -> dict[str, object]:
        """What the plan says now; coaches without people are gone."""
        trips = [trip for _, trip in sorted(self._trips.items()) if trip.passengers]
        left = list(self._by_fare.values())
        return {
            "trips": [trip.model_dump(mode="json") for trip in trips],
            "by_fare": [one.model_dump(mode="json") for one in left],
            "cost_cents": sum(trip.cost_cents for trip in trips) + sum(one.fare_cents or 0 for one in left),
        }

    def _taken(self, order_id: UUID) -> Traveller:
        """Take a person out of wherever the plan has put them."""
        repaid = self._by_fare.pop(order_id, None)
        if repaid is not None and repaid.pickup is not None and repaid.depart_on is not None:
            return Traveller(order_id, repaid.worker_id, repaid.outpost, repaid.pickup, repaid.depart_on)
        for number, trip in self._trips.items():
            found = next((one for one in trip.passengers if one.order_id == order_id), None)
            if found is not None:
                rest = [one for one in trip.passengers if one.order_id != order_id]
                if rest:
                    people = list(map(_traveller, rest))
                    self._seat(number, self._coach(trip.coach_kind), people, _day(trip))
                else:
                    self._trips[number] = trip.model_copy(update={"passengers": []})
                return _traveller(found)
        raise NOT_FOUND(what="dispatch_order", id=str(order_id))

    def _repaid(self, one: Traveller) -> c.ByFare:
        return c.ByFare(
            order_id=one.order_id,
            worker_id=one.worker_id,
            outpost=one.outpost,
            pickup=one.division,
            depart_on=one.depart_on,
            fare_cents=self._desk.request.fare_cents.get(one.outpost),
            why=CHOSEN,
        )

    def _seat(self, number: int, coach: c.Coach, people: list[Traveller], day: date) -> None:
        self._put(number, self._desk.load(coach, people, day), people, day, coach)

    def _put(
        self, number: int, load: Load | None, people: list[Traveller], day: date, coach: c.Coach | None = None
    ) -> None:
        if coach is not None and len(people) > coach.seats:
            raise c.PLAN_COACH_FULL(coach=number, seats=coach.seats, people=len(people))
        if line_of({one.outpost for one in people}) is None:
            raise c.PLAN_OFF_THE_LINE(coach=number)
        wait = timedelta(days=self._desk.request.max_wait_days)
        if any(not one.depart_on <= day <= one.depart_on + wait for one in people):
            raise c.PLAN_DAY_IMPOSSIBLE(coach=number, depart_on=str(day))
        if load is None and self._desk.request.stop_hours and self._would_do_at_any_hour(people, day, coach):
            raise c.PLAN_STOP_CLOSED(coach=number)
        if load is None:
            raise c.PLAN_RIDE_TOO_LONG(coach=number, hours=self._desk.request.max_ride_hours)
        self._trips[number] = planned_trip(self._desk, load, number)

    def _would_do_at_any_hour(self, people: list[Traveller], day: date, coach: c.Coach | None) -> bool:
        """Whether it is the hours of the stops alone that keep the coach from going."""
        free = CoachDesk(self._desk.request.model_copy(update={"stop_hours": []}), self._desk.roads)
        return free.load(coach or self._desk.request.coaches[0], people, day) is not None

    def _trip(self, number: int) -> c.PlannedTrip:
        if number not in self._trips:
            raise c.PLAN_COACH_UNKNOWN(coach=str(number))
        return self._trips[number]

    def _coach(self, kind: str) -> c.Coach:
        return next(coach for coach in self._desk.request.coaches if coach.kind == kind)

    def _left(self, kind: str) -> c.Coach:
        """A coach of the kind that no trip of the plan uses."""
        fleet = Fleet(self._desk.request.coaches)
        for trip in self._trips.values():
            if trip.passengers:
                fleet.take(self._coach(trip.coach_kind))
        found = next((coach for coach in fleet.any() if coach.kind == kind), None)
        if found is None:
            raise c.PLAN_COACH_UNKNOWN(coach=kind)
        return found


def _traveller(passenger: c.Passenger) -> Traveller:
    if passenger.depart_on is None:
        raise NOT_FOUND(what="dispatch_order", id=str(passenger.order_id))
    return Traveller(passenger.order_id, passenger.worker_id, passenger.outpost, passenger.pickup, passenger.depart_on)


def _day(trip: c.PlannedTrip) -> date:
    return trip.depart_at.date()
