from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import refused

DAY = today() + timedelta(days=40)
COACH = c.Coach(kind="49座大巴", seats=49, day_cost_cents=150_000, km_cost_cents=450)


def request(day: date = DAY, fare: int = 60_000) -> c.PlanTrips:
    return c.PlanTrips(
        depart_from=day,
        depart_to=day + timedelta(days=6),
        coaches=[COACH],
        fare_cents=dict.fromkeys(OutpostCode, fare),
    )


def test_a_plan_becomes_trips_with_seats(county: County, run_jobs: Callable[[], int]) -> None:
    orders = [
        *county.issue_many(20, outpost=OutpostCode.dongguan, depart_on=DAY),
        *county.issue_many(15, outpost=OutpostCode.shenzhen, depart_on=DAY + timedelta(days=1)),
    ]
    started = county.hq.ask(request())
    assert county.hq.ask(c.GetTripPlan(plan_id=started.id)).state == "queued"
    with refused("trip_plan.not_ready"):
        county.hq.ask(c.AdoptTripPlan(plan_id=started.id))
    run_jobs()

    plan = county.hq.ask(c.GetTripPlan(plan_id=started.id))
    county.hq.ask(c.CancelDispatchOrder(order_id=orders[0].id, reason="改期"))
    adopted = county.hq.ask(c.AdoptTripPlan(plan_id=started.id))

    assert plan.state == "succeeded"
    assert plan.people == 35
    assert [len(trip.passengers) for trip in plan.trips] == [35]
    assert plan.trips[0].outposts == [OutpostCode.dongguan, OutpostCode.shenzhen]
    assert plan.cost_cents < (plan.fare_alternative_cents or 0)
    assert adopted.seats == 34
    assert [one.order_id for one in adopted.left_out] == [orders[0].id]
    trip = county.hq.ask(c.GetTrip(trip_id=adopted.trip_ids[0]))
    assert (trip.seats_taken, trip.outposts) == (34, plan.trips[0].outposts)
    seated = county.hq.ask(c.GetDispatchOrder(order_id=orders[1].id))
    assert seated.trip_id == trip.id
    with refused("trip_plan.adopted_already"):
        county.hq.ask(c.AdoptTripPlan(plan_id=started.id))
    assert county.hq.ask(c.GetTripPlan(plan_id=started.id)).is_adopted


def test_who_is_seated_or_travels_alone_is_not_planned(county: County, run_jobs: Callable[[], int]) -> None:
    day = DAY + timedelta(days=30)
    seated = county.issue(depart_on=day)
    county.seat(county.trip(), seated)
    county.issue(depart_on=day, transport=c.Transport.own_fare)
    alone = county.issue(depart_on=day)
    started = county.hq.ask(request(day))
    run_jobs()

    plan = county.hq.ask(c.GetTripPlan(plan_id=started.id))

    assert plan.people == 1
    assert [(one.order_id, one.why) for one in plan.by_fare] == [(alone.id, "cheaper_by_fare")]


def test_an_unknown_plan(county: County) -> None:
    for plan_id in (str(new_id()), "nonsense"):
        with refused("resource.not_found"):
            county.hq.ask(c.GetTripPlan(plan_id=plan_id))


def test_papers_are_printed_with_names(county: County, run_jobs: Callable[[], int]) -> None:
    order = county.issue()
    printing = county.hq.ask(c.PrintDispatchOrders(order_ids=[order.id]))
    trip = county.trip()
    county.seat(trip, order)
    manifest = county.hq.ask(c.PrintManifest(trip_id=trip.id))
    run_jobs()

    from services.dispatch.plans import job_uuid
    from shared.contracts.base import BlobRef
    from shared.contracts.kit import GetJob

    for job in (printing, manifest):
        state = county.hq.ask(GetJob(job_id=job_uuid(job.id)), service="dispatch")
        assert state.state == "succeeded", state.problem
        content = county.platform.blobs.read(BlobRef.model_validate(state.result["file"]))
        assert content.startswith(b"%PDF")
    with refused("resource.not_found"):
        county.hq.ask(c.PrintDispatchOrders(order_ids=[new_id()]))
