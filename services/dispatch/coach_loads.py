"""One coach of a plan: whom it carries, in which order it calls, when, with how many drivers, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from math import ceil
from uuid import UUID

from services.dispatch.roads import Roads
from services.dispatch.timetable import (
    Place,
    Timetable,
    coach_rules,
    lawful_timetables,
    outpost_place,
    pickup_place,
    planned_stops,
)
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.reference import point_of, townships

SOME_DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Traveller:
    """A person with an order and no seat."""

    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    division: str
    depart_on: date

    @property
    def township(self) -> str:
        return boarding_township(self.division)


@dataclass(frozen=True)
class Load:
    """One coach that could be chartered for some people."""

    coach: c.Coach
    outposts: tuple[OutpostCode, ...]
    people: tuple[Traveller, ...]
    pickups: tuple[str, ...]
    journey: Timetable
    cost_cents: int


class CoachDesk:
    """Prices and times any group of people on any coach of one request; the one judge of every plan."""

    def __init__(self, request: c.PlanTrips, roads: Roads) -> None:
        self.request = request
        self.roads = roads
        self._hours: dict[str, c.StopHours] = {
            one.outpost or (one.division or "")[:9]: one for one in request.stop_hours
        }
        self._order = lru_cache(maxsize=200_000)(self._best_order)
        self._journey = lru_cache(maxsize=50_000)(self._timed)

    def load(self, coach: c.Coach, people: Iterable[Traveller], day: date) -> Load | None:
        """The coach with these people on that day; None where they are too many, or no lawful journey is short enough.

        The first of the departure hours that allows one, with the crew that costs least.
        """
        aboard = tuple(people)
        outposts = line_of({one.outpost for one in aboard})
        if outposts is None or not 0 < len(aboard) <= coach.seats:
            return None
        pickups = self._order(frozenset(one.township for one in aboard), outposts[0])
        cents = (coach.day_cost_cents, coach.km_cost_cents, coach.driver_day_cost_cents)
        journey = self._journey(pickups, outposts, *cents)
        if journey is None:
            return None
        moved = journey.shifted(day - SOME_DAY)
        return Load(coach, outposts, aboard, pickups, moved, self.cost_cents(journey, *cents))

    def load_at(self, coach: c.Coach, people: Iterable[Traveller], depart_at: datetime) -> Load | None:
        """The coach with these people leaving at a moment that a person chose; None where the ride gets too long."""
        aboard = tuple(people)
        outposts = line_of({one.outpost for one in aboard})
        if outposts is None:
            return None
        pickups = self._order(frozenset(one.township for one in aboard), outposts[0])
        cents = (coach.day_cost_cents, coach.km_cost_cents, coach.driver_day_cost_cents)
        journey = self._at(pickups, outposts, depart_at, *cents)
        if journey is None:
            return None
        return Load(coach, outposts, aboard, pickups, journey, self.cost_cents(journey, *cents))

    def cheapest(self, coaches: Iterable[c.Coach], people: Sequence[Traveller], day: date) -> Load | None:
        loads = [load for coach in coaches if (load := self.load(coach, people, day)) is not None]
        return min(loads, key=lambda load: load.cost_cents) if loads else None

    def cost_cents(self, journey: Timetable, day_cents: int, km_cents: int, driver_day_cents: int) -> int:
        return charter_cents(
            journey,
            day_cost_cents=day_cents,
            km_cost_cents=km_cents,
            driver_day_cost_cents=driver_day_cents,
            pays_return=self.request.pays_return,
        )

    def fare(self, people: Iterable[Traveller]) -> int | None:
        fares = [self.request.fare_cents.get(one.outpost) for one in people]
        return None if None in fares else sum(fare for fare in fares if fare is not None)

    def pays(self, load: Load) -> bool:
        """Whether the coach costs no more than repaying its people's fares."""
        fare = self.fare(load.people)
        return fare is None or load.cost_cents <= fare

    def _timed(self, pickups: tuple[str, ...], outposts: tuple[OutpostCode, ...], *cents: int) -> Timetable | None:
        """The best journey on some day: China's clocks are never put forward or back, so every day is like it."""
        rules = coach_rules()
        for hour in rules.departure_hours:
            depart_at = datetime.combine(SOME_DAY, time(hour), tzinfo=rules.zone)
            journey = self._at(pickups, outposts, depart_at, *cents)
            if journey is not None:
                return journey
        return None

    def _at(
        self, pickups: tuple[str, ...], outposts: tuple[OutpostCode, ...], depart_at: datetime, *cents: int
    ) -> Timetable | None:
        places = [*map(self._within_hours, (*map(pickup_place, pickups), *map(outpost_place, outposts)))]
        lawful = [
            journey
            for journey in lawful_timetables(places, depart_at, self.roads)
            if journey.ride_hours <= self.request.max_ride_hours
        ]
        if not lawful:
            return None
        return min(lawful, key=lambda journey: (self.cost_cents(journey, *cents), journey.ride_hours))

    def _within_hours(self, place: Place) -> Place:
        hours = self._hours.get(place.code)
        return replace(place, opens=hours.opens, closes=hours.closes) if hours else place

    def _best_order(self, codes: frozenset[str], towards: OutpostCode) -> tuple[str, ...]:
        """A short way through the townships that ends towards the first destination: farthest first, then improved."""
        end = towards.value
        left = set(codes)
        found = [max(left, key=lambda code: (self.roads.km(code, end), code))]
        left.remove(found[0])
        while left:
            here = min(left, key=lambda code: (self.roads.km(found[-1], code), code))
            found.append(here)
            left.remove(here)
        return tuple(self._improved(found, end))

    def _improved(self, order: list[str], end: str) -> list[str]:
        """Turn round whatever stretch makes the way shorter, until none does (2-opt)."""
        km = self.roads.km
        improved = True
        while improved:
            improved = False
            for i in range(len(order) - 1):
                for j in range(i + 1, len(order)):
                    after = order[j + 1] if j + 1 < len(order) else end
                    gain = km(order[j], after) - km(order[i], after)
                    if i:
                        gain += km(order[i - 1], order[i]) - km(order[i - 1], order[j])
                    if gain > 1e-6:
                        order[i : j + 1] = order[i : j + 1][::-1]
                        improved = True
        return order


def charter_cents(
    journey: Timetable,
    *,
    day_cost_cents: int,
    km_cost_cents: int,
    driver_day_cost_cents: int = 0,
    pays_return: bool,
) -> int:
    """What a charter costs: days of the coach and its crew, and kilometres; with the empty way back where paid."""
    ways = 2 if pays_return else 1
    days = max(1, ceil(journey.driving_minutes * ways / day_minutes(journey.drivers)))
    crew = journey.drivers * driver_day_cost_cents
    return days * (day_cost_cents + crew) + journey.distance_km * ways * km_cost_cents


def day_minutes(drivers: int) -> int:
    """How long a coach with so many drivers is driven in a day."""
    rules = coach_rules()
    return min(drivers * rules.driver_day_minutes, rules.coach_day_minutes)


def line_of(outposts: Iterable[OutpostCode]) -> tuple[OutpostCode, ...] | None:
    """These destinations in the order of the chain that holds them all; None where no chain does."""
    wanted = {code.value for code in outposts}
    if len(wanted) == 1:
        return (OutpostCode(wanted.pop()),)
    for chain in coach_rules().chains:
        if wanted and wanted <= set(chain):
            return tuple(OutpostCode(code) for code in chain if code in wanted)
    return None


def chain_of(outpost: OutpostCode) -> tuple[OutpostCode, ...]:
    """The chain on which this destination lies; itself alone where it lies on none."""
    for chain in coach_rules().chains:
        if outpost.value in chain:
            return tuple(OutpostCode(code) for code in chain)
    return (outpost,)


@lru_cache(maxsize=4096)
def boarding_township(division: str) -> str:
    """Where this person gets on: the own township, or the county seat where that is unknown to the tables."""
    try:
        point_of(division)
    except KeyError:
        return townships()[0].code
    return division[:9]


def planned_trip(desk: CoachDesk, load: Load, number: int) -> c.PlannedTrip:
    """The load as a plan shows it."""
    on = Counter(one.township for one in load.people)
    off = Counter(one.outpost.value for one in load.people)
    return c.PlannedTrip(
        number=number,
        coach_kind=load.coach.kind,
        seats=load.coach.seats,
        drivers=load.journey.drivers,
        depart_at=load.journey.depart_at,
        arrive_at=load.journey.arrive_at,
        ride_hours=round(load.journey.ride_hours, 2),
        outposts=list(load.outposts),
        stops=planned_stops(load.journey, on + off),
        passengers=[
            c.Passenger(
                order_id=one.order_id,
                worker_id=one.worker_id,
                outpost=one.outpost,
                pickup=one.township,
                depart_on=one.depart_on,
            )
            for one in load.people
        ],
        load=round(len(load.people) / load.coach.seats, 3),
        distance_km=load.journey.distance_km,
        driving_minutes=load.journey.driving_minutes,
        cost_cents=load.cost_cents,
        fare_cents=desk.fare(load.people),
    )
