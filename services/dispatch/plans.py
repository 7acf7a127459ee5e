"""包车方案: computed as a job, kept as a proposal, and adopted once into trips with confirmed seats."""

from __future__ import annotations

from time import monotonic, perf_counter
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import col, select

from services.dispatch import seats
from services.dispatch.coach_loads import CoachDesk, Traveller, planned_trip
from services.dispatch.models import DispatchOrder, Trip, TripPlan, TripPlanChange
from services.dispatch.order_views import without_seat
from services.dispatch.roads import Roads, RouterUnusable, kept, routed_roads, table_roads
from services.dispatch.trips import add_trip
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND, STALE, Problem
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session

log = structlog.get_logger()
STEPS = 100
SAY_EVERY_SECONDS = 0.5


@job("trip_plan")
def compute_plan(run: JobRun) -> dict[str, Any]:
    """Plan coaches for everybody who has an order of the period and no seat."""
    from services.dispatch.planning import plan_coaches

    began = perf_counter()
    request = c.PlanTrips.model_validate(run.params)
    run.save(step="distances", done=0, total=STEPS)
    roads = _roads(run.kit.settings.osrm_url)
    with run.transaction() as session:
        people = _travellers(session, request)
    desk = CoachDesk(request, roads)
    plan, greedy = plan_coaches(desk, people, request.seconds, _Progress(run))
    run.raise_if_cancelled()
    trips = [planned_trip(desk, load, number) for number, load in enumerate(plan.in_order(), start=1)]
    by_fare = [
        c.ByFare(
            order_id=one.order_id,
            worker_id=one.worker_id,
            outpost=one.outpost,
            pickup=one.township,
            depart_on=one.depart_on,
            fare_cents=request.fare_cents.get(one.outpost),
            why=why,
        )
        for why, left in (
            ("cheaper_by_fare", plan.by_fare),
            ("no_coach_within_the_rules", plan.unlawful),
            ("no_coach_left", plan.too_many),
        )
        for one in left
    ]
    proposal = {
        "people": len(people),
        "trips": [trip.model_dump(mode="json") for trip in trips],
        "by_fare": [one.model_dump(mode="json") for one in by_fare],
        "cost_cents": plan.cost_cents(desk),
        "computed_cost_cents": plan.cost_cents(desk),
        "fare_alternative_cents": desk.fare(people),
        "greedy_cost_cents": greedy.cost_cents(desk),
        "greedy_coaches": len(greedy.loads),
        "seconds": round(perf_counter() - began, 3),
    }
    with run.transaction() as session:
        row = session.get_one(TripPlan, run.id)
        row.proposal = proposal
        row.roads = None if roads is table_roads() else kept(roads)
        session.add(row)
        run.save(done=STEPS, session=session)
    return {
        "people": len(people),
        "coaches": len(trips),
        "by_fare": len(by_fare),
        "cost_cents": proposal["cost_cents"],
        "fare_alternative_cents": proposal["fare_alternative_cents"],
        "greedy_cost_cents": proposal["greedy_cost_cents"],
    }


class _Progress:
    """Tells the job how far the search is, now and then, and breaks it off when somebody cancelled it."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._said = 0.0

    def __call__(self, share: float) -> None:
        self._run.raise_if_cancelled()
        if monotonic() - self._said >= SAY_EVERY_SECONDS:
            self._said = monotonic()
            self._run.save(step="plan", done=int(share * (STEPS - 1)), total=STEPS)


def _roads(url: str | None) -> Roads:
    """A routing server's distances where one is set and answers, else the table's."""
    if url is None:
        return table_roads()
    try:
        return routed_roads(url)
    except RouterUnusable as error:
        log.warning("routing server unusable, the table stands in", reason=str(error))
        return table_roads()


def plan_trips(session: Session, command: c.PlanTrips) -> JobState:
    state = submit(session, compute_plan, command.model_dump(mode="json"))
    session.add(TripPlan(id=job_uuid(state.id), request=command.model_dump(mode="json"), created_at=session.now))
    return state


def get_trip_plan(session: Session, query: c.GetTripPlan) -> c.TripPlanView:
    """The job's state and, when it has succeeded, what it proposes."""
    return view(session, find_plan(session, query.plan_id))


def view(session: Session, plan: TripPlan) -> c.TripPlanView:
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
            "roads": plan.roads["source"] if plan.roads else "table",
            "depart_from": plan.request["depart_from"],
            "depart_to": plan.request["depart_to"],
            "version": plan.version,
            "created_at": plan.created_at,
            "changed_at": plan.changed_at,
            "asked": plan.request,
            "changes": [_change(change) for change in open_changes(session, plan)],
        }
    )


def open_changes(session: Session, plan: TripPlan) -> list[TripPlanChange]:
    """What people changed and did not take back, the newest first."""
    return list(
        session.exec(
            select(TripPlanChange)
            .where(TripPlanChange.plan_id == plan.id, col(TripPlanChange.undone_at).is_(None))
            .order_by(col(TripPlanChange.number).desc())
        )
    )


def _change(change: TripPlanChange) -> c.PlanChangeRow:
    return c.PlanChangeRow(
        people=sum(len(move["order_ids"]) for move in change.asked["moves"]),
        departures=len(change.asked["departures"]),
        **change.model_dump(include={"number", "cost_difference_cents", "changed_at", "changed_by"}),
    )


def list_trip_plans(session: Session, query: c.ListTripPlans) -> Page[c.TripPlanRow]:
    return page(
        session,
        select(TripPlan),
        order=(col(TripPlan.created_at).desc(), col(TripPlan.id).desc()),
        request=query,
        view=lambda plan: _row(session, plan),
    )


def _row(session: Session, plan: TripPlan) -> c.TripPlanRow:
    found = plan.proposal or {}
    return c.TripPlanRow(
        id=f"{session.kit.service}.{plan.id}",
        depart_from=plan.request["depart_from"],
        depart_to=plan.request["depart_to"],
        people=found.get("people"),
        coaches=len(found["trips"]) if found else None,
        cost_cents=found.get("cost_cents"),
        fare_alternative_cents=found.get("fare_alternative_cents"),
        is_adopted=plan.adopted_at is not None,
        created_at=plan.created_at,
    )


def adopt_trip_plan(session: Session, command: c.AdoptTripPlan) -> c.AdoptedPlan:
    """Turn a proposal into trips and seats, once. Orders that were cancelled or seated meanwhile are left out.

    Raises PLAN_NOT_READY, PLAN_ADOPTED, and STALE where somebody changed the plan since.
    """
    plan = open_plan(session, command.plan_id, command.expected_version)
    plan.adopted_at = session.now
    session.add(plan)
    trip_ids: list[UUID] = []
    seated = 0
    left_out: list[c.LeftOut] = []
    for proposed in map(c.PlannedTrip.model_validate, (plan.proposal or {})["trips"]):
        trip = add_trip(
            session,
            proposed.stops,
            outposts=proposed.outposts,
            coach_kind=proposed.coach_kind,
            seat_count=proposed.seats,
            drivers=proposed.drivers,
            distance_km=proposed.distance_km,
            driving_minutes=proposed.driving_minutes,
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


def _seat(session: Session, trip: Trip, passenger: c.Passenger, seat_no: int) -> str | None:
    order = session.get(DispatchOrder, passenger.order_id)
    if order is None or order.state is not c.OrderState.issued:
        return "state.illegal_transition"
    try:
        hold = seats.place(session, trip, order, seat_no, pickup=passenger.pickup)
    except Problem as problem:
        return problem.code
    seats.confirmed(session, trip, hold)
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


def open_plan(session: Session, plan_id: str, expected_version: int | None) -> TripPlan:
    """The plan, held for a change; raises PLAN_ADOPTED, PLAN_NOT_READY, STALE."""
    plan = find_plan(session, plan_id, lock=True)
    if plan.adopted_at is not None:
        raise c.PLAN_ADOPTED()
    if plan.proposal is None:
        raise c.PLAN_NOT_READY()
    if expected_version is not None and expected_version != plan.version:
        raise STALE(version=plan.version)
    return plan


def find_plan(session: Session, plan_id: str, *, lock: bool = False) -> TripPlan:
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
