from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.dispatch.planning import Planner, Traveller
from services.dispatch.timetable import outpost_place, pickup_place, timetable
from shared.contracts.dispatch import Coach, PlanTrips, StopKind
from shared.contracts.scopes import OutpostCode
from shared.reference import townships
from tests.services.dispatch.coach_checker import broken_rules

BIG = Coach(kind="49座大巴", seats=49, day_cost_cents=150_000, km_cost_cents=450)
SMALL = Coach(kind="17座中巴", seats=17, day_cost_cents=80_000, km_cost_cents=280)
FARES = dict.fromkeys(OutpostCode, 20000)
TOWNSHIPS = [place.code for place in townships()]


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


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(min_value=0, max_value=160),
    seed=st.integers(min_value=0, max_value=1000),
    days=st.integers(min_value=1, max_value=9),
    fares=st.sampled_from([FARES, {}, dict.fromkeys(OutpostCode, 100)]),
    available=st.sampled_from([None, 0, 2]),
)
def test_everybody_is_planned_once_and_lawfully(
    count: int, seed: int, days: int, fares: dict[OutpostCode, int], available: int | None
) -> None:
    people = travellers(count, list(OutpostCode), seed, days)
    planner = Planner(request(fare_cents=fares, coaches=[BIG.model_copy(update={"available": available}), SMALL]))

    planner.plan(people)

    carried = [one.order_id for trip in planner.trips for one in trip.passengers]
    repaid = [one.order_id for one in planner.by_fare]
    assert sorted([*carried, *repaid]) == sorted(one.order_id for one in people)
    by_id = {one.order_id: one for one in people}
    for trip in planner.trips:
        assert len(trip.passengers) <= trip.seats
        assert {one.outpost for one in trip.passengers} == set(trip.outposts)
        assert sum(stop.people for stop in trip.stops if stop.kind is StopKind.pickup) == len(trip.passengers)
        for one in trip.passengers:
            waited = (trip.depart_at.date() - by_id[one.order_id].depart_on).days
            assert 0 <= waited <= 3
        if trip.fare_cents is not None:
            assert trip.cost_cents <= trip.fare_cents
        pickups = [pickup_place(stop.division) for stop in trip.stops if stop.division]
        journey = timetable([*pickups, *map(outpost_place, trip.outposts)], trip.depart_at, drivers=trip.drivers)
        assert broken_rules(journey) == []
    if available is not None:
        assert sum(trip.coach_kind == BIG.kind for trip in planner.trips) <= available


def test_full_coaches_first_and_the_rest_share_one_along_the_chain() -> None:
    people = [
        Traveller(UUID(int=n), UUID(int=1000 + n), outpost, TOWNSHIPS[0], date(2026, 3, 1))
        for n, outpost in enumerate(
            [OutpostCode.guangzhou] * 60 + [OutpostCode.dongguan] * 15 + [OutpostCode.shenzhen] * 12
        )
    ]
    planner = Planner(request(coaches=[BIG], fare_cents=dict.fromkeys(OutpostCode, 35000)))

    planner.plan(people)

    assert [len(trip.passengers) for trip in planner.trips] == [49, 38]
    assert planner.trips[1].outposts == [OutpostCode.guangzhou, OutpostCode.dongguan, OutpostCode.shenzhen]
    assert planner.by_fare == []


def test_three_people_to_wenling_travel_by_fare() -> None:
    planner = Planner(request())

    planner.plan(travellers(3, [OutpostCode.wenling]))

    assert planner.trips == []
    assert {one.why for one in planner.by_fare} == {"cheaper_by_fare"}
    assert sum(one.fare_cents or 0 for one in planner.by_fare) == 60_000


def test_a_ride_that_lasts_too_long_is_not_chartered() -> None:
    planner = Planner(request(max_ride_hours=20, fare_cents={}))

    planner.plan(travellers(49, [OutpostCode.wenling]))

    assert planner.trips == []
    assert {one.why for one in planner.by_fare} == {"no_coach_within_the_rules"}
