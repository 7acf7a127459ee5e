"""An invented season: who goes where and when, which coaches can be had, and what the fares are."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

from services.dispatch.coach_loads import CoachDesk, Traveller, day_minutes
from services.dispatch.timetable import coach_rules
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.reference import townships

PEOPLE = 2158
DAYS = 35
FIRST = date(2026, 2, 22)
# The county's account names seven cities, and most of its people go to the Pearl River; the shares are an assumption.
SHARES = {
    OutpostCode.dongguan: 0.30,
    OutpostCode.guangzhou: 0.20,
    OutpostCode.shenzhen: 0.18,
    OutpostCode.chancheng: 0.14,
    OutpostCode.hangzhou: 0.07,
    OutpostCode.wenling: 0.06,
    OutpostCode.guiyang: 0.05,
}
FARES = {
    OutpostCode.dongguan: 35_000,
    OutpostCode.guangzhou: 32_000,
    OutpostCode.shenzhen: 38_000,
    OutpostCode.chancheng: 32_500,
    OutpostCode.hangzhou: 62_000,
    OutpostCode.wenling: 68_000,
    OutpostCode.guiyang: 15_000,
}
COACHES = [
    c.Coach(kind="49座大巴", seats=49, day_cost_cents=150_000, km_cost_cents=450, driver_day_cost_cents=30_000),
    c.Coach(kind="35座中巴", seats=35, day_cost_cents=115_000, km_cost_cents=380, driver_day_cost_cents=30_000),
    c.Coach(kind="17座小巴", seats=17, day_cost_cents=80_000, km_cost_cents=280, driver_day_cost_cents=30_000),
]


def season(seed: int) -> list[Traveller]:
    """People of all townships; most leave in the second week after the festival."""
    rng = random.Random(seed)
    codes = [place.code for place in townships()]
    sizes = [rng.uniform(0.4, 1.6) for _ in codes]
    return [
        Traveller(
            order_id=UUID(int=2 * number),
            worker_id=UUID(int=2 * number + 1),
            outpost=rng.choices(list(SHARES), list(SHARES.values()))[0],
            division=rng.choices(codes, sizes)[0] + "200",
            depart_on=FIRST + timedelta(days=min(DAYS - 1, int(rng.triangular(0, DAYS, 7)))),
        )
        for number in range(PEOPLE)
    ]


def asked(seconds: int) -> c.PlanTrips:
    return c.PlanTrips(
        depart_from=FIRST,
        depart_to=FIRST + timedelta(days=DAYS),
        coaches=COACHES,
        fare_cents=FARES,
        seconds=seconds,
    )


def lower_bound_cents(desk: CoachDesk, people: list[Traveller]) -> int:
    """No plan costs less: a coach that carries somebody drives at least from there straight to where they go, and
    nobody's share of it is less than one seat of a full one; nor less than the fare, where that is the way."""
    ways = 2 if desk.request.pays_return else 1
    most = coach_rules().drivers_at_most
    total = 0.0
    for one in people:
        km, minutes = desk.roads.leg(one.township, one.outpost.value)
        least = min(most, -(-minutes // coach_rules().driver_day_minutes))
        crews = [(drivers, -(-minutes * ways // day_minutes(drivers))) for drivers in range(least, most + 1)]
        shares = [
            (
                days * (coach.day_cost_cents + drivers * coach.driver_day_cost_cents)
                + int(km) * ways * coach.km_cost_cents
            )
            / coach.seats
            for coach in desk.request.coaches
            for drivers, days in crews
        ]
        total += min([desk.request.fare_cents[one.outpost], *shares])
    return int(total)
