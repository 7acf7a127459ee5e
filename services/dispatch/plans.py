"""包车方案: computed as a job, kept as a proposal, and adopted once into trips with confirmed seats."""

from __future__ import annotations

from time import perf_counter
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.dispatch import seats
from services.dispatch.models import DispatchOrder, TripPlan
from services.dispatch.order_views import without_seat
from services.dispatch.planning import Planner, Traveller
from services.dispatch.timetable import outpost_place, pickup_place, timetable
from services.dispatch.trips import add_trip
from shared.contracts import dispatch as c
from shared.contracts.base import JobState
from shared.contracts.errors import NOT_FOUND, Problem
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.session import Session


@job("trip_plan")
def compute_plan(run: JobRun) -> dict[str, Any]:
    """Plan coaches for everybody who has an order of the period and no seat."""
    began = perf_counter()
    request = c.PlanTrips.model_validate(run.params)
    with run.transaction() as session:
        people = _travellers(session, request)
    run.save(step="plan", done=0, total=max(len(people), 1))
    planner = Planner(request)
    planner.plan(people)
    run.raise_if_cancelled()
    fares = [request.fare_cents.get(one.outpost) for one in people]
    repaid = sum(one.fare_cents or 0 for one in planner.by_fare)
    proposal = {
        "people": len(people),
        "trips": [trip.model_dump(mode="json") for trip in planner.trips],
        "by_fare": [one.model_dump(mode="json") for one in planner.by_fare],
        "cost_cents": sum(trip.cost_cents for trip in planner.trips) + repaid,
        "fare_alternative_cents": None if None in fares else sum(fare or 0 for fare in fares),
        "seconds": round(perf_counter() - began, 3),
    }
    with run.transaction() as session:
        plan = session.get_one(TripPlan, run.id)
        plan.proposal = proposal
        session.add(plan)
        run.save(done=max(len(people), 1), session=session)
    return {
        "people": len(people),
        "coaches": len(planner.trips),
        "by_fare": len(planner.by_fare),
        "cost_cents": proposal["cost_cents"],
        "fare_alternative_cents": proposal["fare_alternative_cents"],
    }


def plan_trips(session: Session, command: c.PlanTrips) -> JobState:
    state = submit(session, compute_plan, command.model_dump(mode="json"))
    session.add(TripPlan(id=job_uuid(state.id), request=command.model_dump(mode="json"), created_at=session.now))
    return state


def get_trip_plan(session: Session, query: c.GetTripPlan) -> c.TripPlanView:
    """The job's state and, when it has succeeded, what it proposes."""
    plan = _plan(session, query.plan_id)
    state = job_state(session, plan.id)
    return c.TripPlanView.model_validate(
        {
            **(plan.proposal or {}),
            "id": state.id,
            "state": state.state,
            "progress": state.progress,
            "step": state.step,
            "problem": state.problem,
            "is_adopted": plan.adopted_at is not None,
        }
    )


def adopt_trip_plan(session: Session, command: c.AdoptTripPlan) -> c.AdoptedPlan:
    """Turn a proposal into trips and seats, once. Orders that were cancelled or seated meanwhile are left out.

    Raises PLAN_NOT_READY and PLAN_ADOPTED.
    """
    plan = _plan(session, command.plan_id, lock=True)
    if plan.adopted_at is not None:
        raise c.PLAN_ADOPTED()
    if plan.proposal is None:
        raise c.PLAN_NOT_READY()
    plan.adopted_at = session.now
    session.add(plan)
    trip_ids: list[UUID] = []
    seated = 0
    left_out: list[c.LeftOut] = []
    for proposed in map(c.PlannedTrip.model_validate, plan.proposal["trips"]):
        pickups = [stop.division for stop in proposed.stops if stop.kind is c.StopKind.pickup and stop.division]
        places = [*map(pickup_place, pickups), *map(outpost_place, proposed.outposts)]
        trip = add_trip(
            session,
            timetable(places, proposed.depart_at, drivers=proposed.drivers),
            outposts=proposed.outposts,
            coach_kind=proposed.coach_kind,
            seat_count=proposed.seats,
            cost_cents=proposed.cost_cents,
            plan_id=str(plan.id),
        )
        trip_ids.append(trip.id)
        number = 0
        for passenger in proposed.passengers:
            refusal = _seat(session, trip, passenger, number + 1)
            if refusal is None:
                number += 1
            else:
                left_out.append(c.LeftOut(order_id=passenger.order_id, code=refusal))
        seated += number
    return c.AdoptedPlan(id=command.plan_id, trip_ids=trip_ids, seats=seated, left_out=left_out)


def _seat(session: Session, trip: Any, passenger: c.Passenger, seat_no: int) -> str | None:
    order = session.get(DispatchOrder, passenger.order_id)
    if order is None or order.state is not c.OrderState.issued:
        return "state.illegal_transition"
    try:
        seats.place(session, trip, order, seat_no, pickup=passenger.pickup)
    except Problem as problem:
        return problem.code
    return None


def _travellers(session: Session, request: c.PlanTrips) -> list[Traveller]:
    rows = session.exec(
        select(DispatchOrder)
        .where(
            without_seat(),
            col(DispatchOrder.depart_on) >= request.depart_from,
            col(DispatchOrder.depart_on) <= request.depart_to,
        )
        .order_by(col(DispatchOrder.depart_on), col(DispatchOrder.id))
    )
    return [Traveller(row.id, row.worker_id, row.outpost, row.division, row.depart_on) for row in rows]


def _plan(session: Session, plan_id: str, *, lock: bool = False) -> TripPlan:
    statement = select(TripPlan).where(TripPlan.id == job_uuid(plan_id))
    found = session.exec(statement.with_for_update() if lock else statement).one_or_none()
    if found is None:
        raise NOT_FOUND(what="trip_plan", id=plan_id)
    return found


def job_uuid(job_id: str) -> UUID:
    """The UUID in a job's id, which names its service too; raises NOT_FOUND."""
    try:
        return UUID(job_id.rpartition(".")[2])
    except ValueError:
        raise NOT_FOUND(what="job", id=job_id) from None
