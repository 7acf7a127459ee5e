from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from services.dispatch import plans
from shared.contracts import dispatch as c
from shared.contracts.kit import CancelJob
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.coach_checker import broken_rules
from tests.services.dispatch.conftest import CHINA, County, today
from tests.support.asker import refused

DAY = today() + timedelta(days=40)
FIXTURES = itertools.count()
BUS = c.Coach(kind="5座商务车", seats=5, day_cost_cents=10_000, km_cost_cents=60)
COACH = c.Coach(kind="49座大巴", seats=49, day_cost_cents=150_000, km_cost_cents=450)


def request(day: date = DAY, fare: int = 60_000) -> c.PlanTrips:
    return c.PlanTrips(
        depart_from=day,
        depart_to=day + timedelta(days=6),
        coaches=[COACH],
        fare_cents=dict.fromkeys(OutpostCode, fare),
        seconds=2,
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
    assert plan.cost_cents <= (plan.greedy_cost_cents or 0)
    assert (plan.roads, plan.version, plan.greedy_coaches) == ("table", 1, 1)
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


class TestMoves:
    """A person moves people between coaches; the rules are checked again."""

    @pytest.fixture
    def plan(self, county: County, run_jobs: Callable[[], int]) -> c.TripPlanView:
        """A full coach, another one and a person of Wenling by fare."""
        day = DAY + timedelta(days=60 + 15 * next(FIXTURES))
        county.issue_many(5, outpost=OutpostCode.dongguan, depart_on=day)
        county.issue_many(4, outpost=OutpostCode.shenzhen, depart_on=day)
        county.issue(outpost=OutpostCode.wenling, depart_on=day)
        asked = request(day).model_copy(update={"coaches": [BUS]})
        started = county.hq.ask(asked)
        run_jobs()
        plan = county.hq.ask(c.GetTripPlan(plan_id=started.id))
        assert sorted(len(trip.passengers) for trip in plan.trips) == [4, 5]
        assert [one.outpost for one in plan.by_fare] == [OutpostCode.wenling]
        return plan

    def change(self, county: County, plan: c.TripPlanView, *moves: c.PlanMove, **given: Any) -> c.TripPlanView:
        return county.hq.ask(c.ChangeTripPlan(plan_id=plan.id, moves=list(moves), **given))

    def test_from_coach_to_coach(self, county: County, plan: c.TripPlanView) -> None:
        full, other = sorted(plan.trips, key=lambda trip: -len(trip.passengers))
        moving = full.passengers[0].order_id

        changed = self.change(county, plan, c.PlanMove(order_ids=[moving], coach=other.number), expected_version=1)

        by_number = {trip.number: trip for trip in changed.trips}
        assert moving in {one.order_id for one in by_number[other.number].passengers}
        assert (len(by_number[full.number].passengers), len(by_number[other.number].passengers)) == (4, 5)
        for trip in changed.trips:
            assert broken_rules(trip.stops, trip.drivers, ways=2) == []
            assert {one.outpost for one in trip.passengers} == set(trip.outposts)
        assert changed.cost_cents == sum(trip.cost_cents for trip in changed.trips) + 60_000
        assert (changed.version, changed.computed_cost_cents) == (2, plan.cost_cents)
        with refused("resource.changed_meanwhile"):
            self.change(county, plan, c.PlanMove(order_ids=[moving], coach=full.number), expected_version=1)
        adopted = county.hq.ask(c.AdoptTripPlan(plan_id=plan.id, expected_version=2))
        seated = county.hq.ask(c.GetDispatchOrder(order_id=moving))
        assert seated.trip_id == adopted.trip_ids[changed.trips.index(by_number[other.number])]
        with refused("trip_plan.adopted_already"):
            self.change(county, plan, c.PlanMove(order_ids=[moving]))

    def test_to_the_own_fare_and_onto_a_new_coach(self, county: County, plan: c.TripPlanView) -> None:
        people = [one.order_id for one in plan.trips[0].passengers]

        by_fare = self.change(county, plan, c.PlanMove(order_ids=people))
        back = self.change(county, plan, c.PlanMove(order_ids=people[:3], coach_kind=BUS.kind))

        assert len(by_fare.trips) == 1
        assert {one.why for one in by_fare.by_fare} == {"cheaper_by_fare", "chosen_by_a_person"}
        assert min(len(trip.passengers) for trip in back.trips) == 3
        assert len(back.by_fare) == len(by_fare.by_fare) - 3

    def test_what_the_rules_refuse_changes_nothing(self, county: County, plan: c.TripPlanView) -> None:
        full, other = sorted(plan.trips, key=lambda trip: -len(trip.passengers))
        one, two = (passenger.order_id for passenger in other.passengers[:2])
        wenling = plan.by_fare[0].order_id
        for code, move in (
            ("trip_plan.coach_full", c.PlanMove(order_ids=[one], coach=full.number)),
            ("trip_plan.off_the_line", c.PlanMove(order_ids=[wenling], coach=other.number)),
            ("trip_plan.coach_unknown", c.PlanMove(order_ids=[one], coach=77)),
            ("trip_plan.coach_unknown", c.PlanMove(order_ids=[one], coach_kind="飞机")),
            ("resource.not_found", c.PlanMove(order_ids=[new_id()], coach=other.number)),
            (
                "trip_plan.day_impossible",
                c.PlanMove(
                    order_ids=[one], coach_kind=BUS.kind, depart_on=plan.trips[0].depart_at.date() + timedelta(days=9)
                ),
            ),
        ):
            with refused(code):
                self.change(county, plan, c.PlanMove(order_ids=[two]), move)
        late = other.depart_at + timedelta(days=30)
        with refused("trip_plan.day_impossible"):
            county.hq.ask(
                c.ChangeTripPlan(plan_id=plan.id, departures=[c.PlanDeparture(coach=other.number, depart_at=late)])
            )
        assert county.hq.ask(c.GetTripPlan(plan_id=plan.id)).version == 1

    def test_another_departure_is_timed_by_the_rules(self, county: County, plan: c.TripPlanView) -> None:
        trip = plan.trips[0]
        evening = trip.depart_at.replace(hour=20)
        departure = c.PlanDeparture(coach=trip.number, depart_at=evening)

        changed = county.hq.ask(c.ChangeTripPlan(plan_id=plan.id, departures=[departure]))

        moved = next(one for one in changed.trips if one.number == trip.number)
        assert moved.depart_at == evening
        assert broken_rules(moved.stops, moved.drivers, ways=2) == []
        assert any(stop.leave_at.hour == 5 for stop in moved.stops if stop.kind is c.StopKind.rest)

    def test_one_change_or_all_of_them_are_taken_back(self, county: County, plan: c.TripPlanView) -> None:
        full, other = sorted(plan.trips, key=lambda trip: -len(trip.passengers))
        people = [one.order_id for one in other.passengers]
        moved = self.change(county, plan, c.PlanMove(order_ids=[full.passengers[0].order_id], coach=other.number))
        gone = self.change(county, plan, c.PlanMove(order_ids=people))
        assert [(one.number, one.people) for one in gone.changes] == [(2, 4), (1, 1)]
        assert gone.changes[0].cost_difference_cents == gone.cost_cents - moved.cost_cents

        undone = county.hq.ask(c.UndoPlanChange(plan_id=plan.id, expected_version=3))
        again = self.change(county, plan, c.PlanMove(order_ids=people[:1]))
        reset = county.hq.ask(c.ResetTripPlan(plan_id=plan.id))

        assert self.said(undone) == self.said(moved)
        assert [one.number for one in again.changes] == [3, 1]
        assert self.said(reset) == self.said(plan)
        assert (reset.version, reset.changes) == (6, [])
        with refused("trip_plan.unchanged"):
            county.hq.ask(c.UndoPlanChange(plan_id=plan.id))
        with refused("resource.changed_meanwhile"):
            county.hq.ask(c.ResetTripPlan(plan_id=plan.id, expected_version=1))

    def said(self, plan: c.TripPlanView) -> Any:
        people = sorted(plan.by_fare, key=lambda one: one.order_id)
        return plan.trips, people, plan.cost_cents

    def test_a_stop_is_called_at_within_its_hours_or_not_at_all(
        self, county: County, run_jobs: Callable[[], int]
    ) -> None:
        day = DAY + timedelta(days=60 + 15 * next(FIXTURES))
        county.issue_many(5, outpost=OutpostCode.dongguan, depart_on=day)
        hours = [c.StopHours(outpost=OutpostCode.dongguan, opens=time(9), closes=time(19))]
        started = county.hq.ask(request(day).model_copy(update={"coaches": [BUS], "stop_hours": hours}))
        run_jobs()
        plan = county.hq.ask(c.GetTripPlan(plan_id=started.id))
        (trip,) = plan.trips
        assert time(9) <= trip.stops[-1].arrive_at.astimezone(CHINA).time() <= time(19)

        late = trip.depart_at + timedelta(hours=20 - trip.stops[-1].arrive_at.astimezone(CHINA).hour)
        with refused("trip_plan.stop_closed"):
            county.hq.ask(
                c.ChangeTripPlan(plan_id=plan.id, departures=[c.PlanDeparture(coach=trip.number, depart_at=late)])
            )


def test_a_plan_that_is_being_computed_can_be_cancelled(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search looks up now and then and ends; nothing is proposed, and the next plan is computed as ever."""
    county.issue_many(8, depart_on=DAY + timedelta(days=230))
    asked = request(DAY + timedelta(days=230)).model_copy(update={"coaches": [BUS], "seconds": 60})
    started = county.hq.ask(asked)
    heard = plans._Progress.__call__

    def hear(self: plans._Progress, share: float) -> None:
        monkeypatch.setattr(plans._Progress, "__call__", heard)
        state = county.hq.ask(CancelJob(job_id=plans.job_uuid(started.id)), service="dispatch")
        assert state.state in ("running", "cancelled")
        self._run.beat()
        heard(self, share)

    monkeypatch.setattr(plans._Progress, "__call__", hear)
    county.platform.run_jobs()

    plan = county.hq.ask(c.GetTripPlan(plan_id=started.id))
    assert (plan.state, plan.trips) == ("cancelled", [])
    with refused("trip_plan.not_ready"):
        county.hq.ask(c.AdoptTripPlan(plan_id=started.id))


def test_plans_are_listed_and_a_routing_server_that_is_away_is_replaced(
    county: County, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = county.platform.hosted["dispatch"].runtime.kit.settings
    monkeypatch.setattr(settings, "osrm_url", "http://127.0.0.1:1")
    started = county.hq.ask(request(DAY + timedelta(days=250)))
    waiting = county.hq.ask(c.ListTripPlans(limit=1)).items[0]
    run_jobs()

    row = county.hq.ask(c.ListTripPlans(limit=1)).items[0]

    assert (waiting.id, waiting.people) == (started.id, None)
    assert (row.id, row.people, row.coaches, row.cost_cents, row.is_adopted) == (started.id, 0, 0, 0, False)
    assert county.hq.ask(c.GetTripPlan(plan_id=started.id)).roads == "table"


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
