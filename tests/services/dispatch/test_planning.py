from __future__ import annotations

import random
from datetime import date, time, timedelta
from uuid import UUID

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.dispatch.coach_loads import CoachDesk, Traveller, planned_trip
from services.dispatch.greedy import Plan
from services.dispatch.planning import plan_coaches
from services.dispatch.roads import table_roads
from shared.contracts.dispatch import Coach, PlannedTrip, PlanTrips, StopHours, StopKind
from shared.contracts.scopes import OutpostCode
from shared.reference import townships
from tests.services.dispatch.coach_checker import ZONE, broken_rules

BIG = Coach(kind="49座大巴", seats=49, day_cost_cents=150_000, km_cost_cents=450)
SMALL = Coach(kind="17座中巴", seats=17, day_cost_cents=80_000, km_cost_cents=280, driver_day_cost_cents=30_000)
FARES = dict.fromkeys(OutpostCode, 35000)
TOWNSHIPS = [place.code for place in townships()]
PEARL = [OutpostCode.chancheng, OutpostCode.guangzhou, OutpostCode.dongguan, OutpostCode.shenzhen]


def travellers(count: int, outposts: list[OutpostCode], seed: int = 1, days: int = 1) -> list[Traveller]:
    rng = random.Random(seed)
    return [
        Traveller(
            order_id=UUID(int=2 * n),
            worker_id=UUID(int=2 * n + 1),
            outpost=rng.choice(outposts),
            division=rng.choice(TOWNSHIPS) + "200",
            depart_on=date(2026, 3, 1) + timedelta(days=rng.randrange(days)),
        )
        for n in range(count)
    ]


def request(**given: object) -> PlanTrips:
    return PlanTrips.model_validate(
        {"depart_from": "2026-03-01", "depart_to": "2026-03-14", "coaches": [BIG, SMALL], "fare_cents": FARES, **given}
    )


def planned(people: list[Traveller], asked: PlanTrips, seconds: float = 1) -> tuple[CoachDesk, Plan, Plan]:
    desk = CoachDesk(asked, table_roads())
    plan, greedy = plan_coaches(desk, people, seconds, lambda share: None)
    return desk, plan, greedy


def assert_lawful(trip: PlannedTrip, people: dict[UUID, Traveller], asked: PlanTrips) -> None:
    """Whatever made the plan, this is what a coach of it must be."""
    assert broken_rules(trip.stops, trip.drivers, ways=2) == []
    assert trip.drivers <= 3
    assert (trip.stops[-1].arrive_at - trip.stops[0].arrive_at) <= timedelta(hours=asked.max_ride_hours)
    assert 0 < len(trip.passengers) <= trip.seats
    called_at = [stop.division or stop.outpost for stop in trip.stops if stop.kind is not StopKind.rest]
    assert len(called_at) == len(set(called_at))
    for passenger in trip.passengers:
        one = people[passenger.order_id]
        assert passenger.pickup == one.division[:9]
        assert passenger.outpost is one.outpost
        assert called_at.index(passenger.pickup) < called_at.index(passenger.outpost)
        assert 0 <= (trip.depart_at.date() - one.depart_on).days <= asked.max_wait_days
    assert {passenger.outpost for passenger in trip.passengers} == set(trip.outposts)
    pickups = [stop for stop in trip.stops if stop.kind is StopKind.pickup]
    assert sum(stop.people for stop in pickups) == len(trip.passengers)
    for stop in trip.stops:
        for hours in asked.stop_hours:
            if stop.kind is not StopKind.rest and (hours.division, hours.outpost) == (stop.division, stop.outpost):
                began = stop.leave_at if stop is trip.stops[-1] else stop.leave_at - timedelta(minutes=10)
                assert hours.opens <= began.astimezone(ZONE).time()
                assert stop.arrive_at.astimezone(ZONE).time() <= hours.closes
    if trip.fare_cents is not None:
        assert trip.cost_cents <= trip.fare_cents


# Not shrunk: each example takes the time that the search is given.
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    count=st.integers(min_value=0, max_value=130),
    seed=st.integers(min_value=0, max_value=1000),
    days=st.integers(min_value=1, max_value=9),
    fares=st.sampled_from([FARES, {}, dict.fromkeys(OutpostCode, 100), {OutpostCode.dongguan: 30000}]),
    available=st.sampled_from([None, 0, 2]),
    hours=st.sampled_from([12, 20, 34]),
    open_hours=st.sampled_from([[], [(8, 20)], [(10, 12), (13, 22)]]),
)
def test_everybody_is_planned_once_and_lawfully(
    count: int,
    seed: int,
    days: int,
    fares: dict[OutpostCode, int],
    available: int | None,
    hours: int,
    open_hours: list[tuple[int, int]],
) -> None:
    people = travellers(count, list(OutpostCode), seed, days)
    coaches = [BIG.model_copy(update={"available": available}), SMALL]
    places = [{"outpost": "guangzhou"}, {"division": TOWNSHIPS[3]}]
    stop_hours = [
        StopHours.model_validate({**place, "opens": time(opens), "closes": time(closes)})
        for place, (opens, closes) in zip(places, open_hours, strict=False)
    ]
    asked = request(fare_cents=fares, coaches=coaches, max_ride_hours=hours, stop_hours=stop_hours)

    desk, plan, greedy = planned(people, asked, seconds=0.3)

    for one in (plan, greedy):
        carried = [traveller.order_id for load in one.loads for traveller in load.people]
        left = [traveller.order_id for traveller in one.left]
        assert sorted([*carried, *left]) == sorted(traveller.order_id for traveller in people)
        for number, load in enumerate(one.loads, start=1):
            assert_lawful(planned_trip(desk, load, number), {each.order_id: each for each in people}, asked)
        if available is not None:
            assert sum(load.coach.kind == BIG.kind for load in one.loads) <= available
    assert (plan.stranded(desk), plan.cost_cents(desk)) <= (greedy.stranded(desk), greedy.cost_cents(desk))


def test_neighbours_share_a_coach_and_a_chain_of_destinations() -> None:
    """Greedily each coach would call at most townships; searched, it calls at few of them."""
    people = travellers(98, PEARL)

    desk, plan, greedy = planned(people, request(coaches=[BIG]), seconds=3)

    assert [len(load.people) for load in plan.loads] == [49, 49]
    assert all(load.outposts == tuple(PEARL) for load in plan.loads)
    assert sum(len(load.pickups) for load in plan.loads) < 52
    assert plan.cost_cents(desk) < 0.92 * greedy.cost_cents(desk)


def test_a_few_people_wait_for_each_other_but_not_longer_than_allowed() -> None:
    people = [
        Traveller(UUID(int=n), UUID(int=1000 + n), OutpostCode.dongguan, TOWNSHIPS[0], date(2026, 3, 1 + n % 4))
        for n in range(45)
    ]

    _, together, _ = planned(people, request(coaches=[BIG], max_wait_days=3))
    _, apart, _ = planned(people, request(coaches=[BIG], max_wait_days=0))

    assert [len(load.people) for load in together.loads] == [45]
    assert together.loads[0].journey.depart_at.date() == date(2026, 3, 4)
    assert apart.loads == []


def test_three_people_to_wenling_travel_by_fare() -> None:
    desk, plan, _ = planned(travellers(3, [OutpostCode.wenling]), request())

    assert plan.loads == []
    assert (len(plan.by_fare), plan.cost_cents(desk)) == (3, 105_000)


def test_a_ride_that_lasts_too_long_is_not_chartered() -> None:
    desk, plan, _ = planned(travellers(49, [OutpostCode.wenling]), request(max_ride_hours=20, fare_cents={}))

    assert plan.loads == []
    assert (len(plan.unlawful), plan.stranded(desk)) == (49, 49)


def test_the_dearest_fares_get_the_seats() -> None:
    """One coach, more people than seats: repaying the cheaper fares is the cheaper plan."""
    people = [
        Traveller(UUID(int=n), UUID(int=1000 + n), outpost, TOWNSHIPS[0], date(2026, 3, 1))
        for n, outpost in enumerate([OutpostCode.guangzhou] * 30 + [OutpostCode.dongguan] * 40)
    ]
    fares = {OutpostCode.guangzhou: 30_000, OutpostCode.dongguan: 45_000}
    one_coach = BIG.model_copy(update={"available": 1})

    _, plan, _ = planned(people, request(coaches=[one_coach], fare_cents=fares), seconds=2)

    assert len(plan.loads) == 1
    assert sum(one.outpost is OutpostCode.dongguan for one in plan.loads[0].people) == 40
    assert {one.outpost for one in plan.left} == {OutpostCode.guangzhou}


def test_a_gate_that_closes_early_is_reached_by_leaving_earlier_or_waited_for() -> None:
    people = travellers(40, [OutpostCode.guangzhou])
    day = StopHours(outpost=OutpostCode.guangzhou, opens=time(9), closes=time(17))
    morning = StopHours(outpost=OutpostCode.guangzhou, opens=time(5), closes=time(9))

    for hours in (day, morning):
        asked = request(stop_hours=[hours], fare_cents={})
        desk, plan, _ = planned(people, asked)
        trips = [planned_trip(desk, load, number) for number, load in enumerate(plan.loads, start=1)]
        assert sum(len(trip.passengers) for trip in trips) == 40
        for trip in trips:
            assert_lawful(trip, {one.order_id: one for one in people}, asked)


def test_nobody_is_sent_to_a_gate_that_no_coach_reaches() -> None:
    hours = StopHours(outpost=OutpostCode.guangzhou, opens=time(3), closes=time(3, 5))
    _, plan, _ = planned(travellers(30, [OutpostCode.guangzhou]), request(stop_hours=[hours], max_ride_hours=12))
    assert plan.loads == []
    assert len(plan.unlawful) == 30
