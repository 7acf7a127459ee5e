"""包车方案: which coaches carry whom, greedily: full coaches first, the rest best-fitted along a destination chain.

Every coach's timetable keeps the rules, and none is chartered where repaying the fares costs less.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from services.dispatch.timetable import (
    Place,
    Timetable,
    coach_rules,
    outpost_place,
    pickup_place,
    timetable,
)
from services.dispatch.trips import charter_cents
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.reference import point_of, road_km, townships

# More stops than these cost everybody on the coach more time than they save those few.
PICKUPS_AT_MOST = 4


@dataclass(frozen=True)
class Traveller:
    """A person with an order and no seat."""

    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    division: str
    depart_on: date


@dataclass(frozen=True)
class Load:
    """One coach that could be chartered for some people."""

    coach: c.Coach
    outposts: tuple[OutpostCode, ...]
    people: tuple[Traveller, ...]
    pickups: tuple[str, ...]
    journey: Timetable
    cost_cents: int


class Fleet:
    """The coaches that may still be chartered."""

    def __init__(self, coaches: Iterable[c.Coach]) -> None:
        self._coaches = list(coaches)
        self._left = [coach.available for coach in self._coaches]

    def fitting(self, people: int) -> Iterator[c.Coach]:
        for coach, left in zip(self._coaches, self._left, strict=True):
            if coach.seats >= people and (left is None or left > 0):
                yield coach

    def any(self) -> Iterator[c.Coach]:
        return self.fitting(1)

    def take(self, coach: c.Coach) -> None:
        number = self._coaches.index(coach)
        left = self._left[number]
        self._left[number] = None if left is None else left - 1


class Planner:
    """Plans one period. `trips` and `by_fare` are the result."""

    def __init__(self, request: c.PlanTrips) -> None:
        self._request = request
        self._fleet = Fleet(request.coaches)
        self.trips: list[c.PlannedTrip] = []
        self.by_fare: list[c.ByFare] = []

    def plan(self, people: Iterable[Traveller]) -> None:
        for chain, group in _by_chain(people):
            for day, window in self._windows(group):
                self._plan_window(chain, day, window)

    def _windows(self, people: list[Traveller]) -> Iterator[tuple[date, list[Traveller]]]:
        """People who can leave on the same day: nobody waits longer than was allowed, nobody leaves early."""
        waiting = sorted(people, key=lambda one: (one.depart_on, one.division, str(one.order_id)))
        while waiting:
            until = waiting[0].depart_on + timedelta(days=self._request.max_wait_days)
            window = [one for one in waiting if one.depart_on <= until]
            waiting = waiting[len(window) :]
            yield max(one.depart_on for one in window), window

    def _plan_window(self, chain: tuple[OutpostCode, ...], day: date, people: list[Traveller]) -> None:
        rest: dict[OutpostCode, list[Traveller]] = {}
        for outpost in chain:
            left = _along_the_way([one for one in people if one.outpost is outpost])
            while left and (load := self._full_coach(outpost, left, day)) is not None:
                self._charter(load)
                left = left[len(load.people) :]
            if left:
                rest[outpost] = left
        for segment in self._best_split([outpost for outpost in chain if outpost in rest], rest, day):
            group = [one for outpost in segment for one in rest[outpost]]
            chartered = self._best_coach(segment, group, day)
            fare = self._fare(group)
            if chartered is not None and (fare is None or chartered.cost_cents <= fare):
                self._charter(chartered)
            else:
                self._repay(group, "cheaper_by_fare" if chartered is not None else "no_coach_within_the_rules")

    def _full_coach(self, outpost: OutpostCode, people: list[Traveller], day: date) -> Load | None:
        """The coach that these people fill to the last seat at the lowest cost a person, if any is filled."""
        loads = [
            load
            for coach in self._fleet.any()
            if len(people) >= coach.seats and (load := self._load(coach, (outpost,), people[: coach.seats], day))
        ]
        if not loads:
            return None
        best = min(loads, key=lambda load: load.cost_cents / len(load.people))
        fare = self._fare(best.people)
        return best if fare is None or best.cost_cents <= fare else None

    def _best_split(
        self, outposts: list[OutpostCode], rest: dict[OutpostCode, list[Traveller]], day: date
    ) -> list[tuple[OutpostCode, ...]]:
        """Cut the chain into neighbouring destinations that share a coach, at the lowest cost."""
        best: list[tuple[float, list[tuple[OutpostCode, ...]]]] = [(0.0, [])]
        for end in range(1, len(outposts) + 1):
            options = []
            for start in range(end):
                segment = tuple(outposts[start:end])
                group = [one for outpost in segment for one in rest[outpost]]
                options.append((best[start][0] + self._cheapest(segment, group, day), [*best[start][1], segment]))
            best.append(min(options, key=lambda option: (option[0], len(option[1]))))
        return best[-1][1]

    def _cheapest(self, segment: tuple[OutpostCode, ...], people: list[Traveller], day: date) -> float:
        load = self._best_coach(segment, people, day)
        fare = self._fare(people)
        known = [cost for cost in (load.cost_cents if load else None, fare) if cost is not None]
        return min(known) if known else 1e15 * len(people)

    def _best_coach(self, segment: tuple[OutpostCode, ...], people: list[Traveller], day: date) -> Load | None:
        loads = [
            load
            for coach in self._fleet.fitting(len(people))
            if (load := self._load(coach, segment, people, day)) is not None
        ]
        return min(loads, key=lambda load: load.cost_cents) if loads else None

    def _load(
        self, coach: c.Coach, outposts: tuple[OutpostCode, ...], people: list[Traveller], day: date
    ) -> Load | None:
        """The coach with these people, or nothing where the journey would last too long."""
        pickups = _pickups(tuple(sorted(Counter(_township(one.division) for one in people).items())))
        journey = _journey(pickups, outposts, day)
        if journey.ride_hours > self._request.max_ride_hours:
            return None
        cost = charter_cents(
            journey,
            day_cost_cents=coach.day_cost_cents,
            km_cost_cents=coach.km_cost_cents,
            pays_return=self._request.pays_return,
        )
        return Load(coach, outposts, tuple(people), pickups, journey, cost)

    def _fare(self, people: Iterable[Traveller]) -> int | None:
        fares = [self._request.fare_cents.get(one.outpost) for one in people]
        return None if None in fares else sum(fare for fare in fares if fare is not None)

    def _charter(self, load: Load) -> None:
        self._fleet.take(load.coach)
        passengers = [
            c.Passenger(
                order_id=one.order_id,
                worker_id=one.worker_id,
                outpost=one.outpost,
                pickup=_nearest(_township(one.division), load.pickups),
            )
            for one in load.people
        ]
        on = Counter(passenger.pickup for passenger in passengers)
        off = Counter(passenger.outpost.value for passenger in passengers)
        self.trips.append(
            c.PlannedTrip(
                coach_kind=load.coach.kind,
                seats=load.coach.seats,
                drivers=load.journey.drivers,
                depart_at=load.journey.depart_at,
                outposts=list(load.outposts),
                stops=[
                    c.PlannedStop(
                        position=position,
                        kind=stop.kind,
                        division=stop.code if stop.kind is c.StopKind.pickup else None,
                        outpost=OutpostCode(stop.code) if stop.kind is c.StopKind.dropoff and stop.code else None,
                        arrive_at=stop.arrive_at,
                        leave_at=stop.leave_at,
                        km_from_start=stop.km_from_start,
                        people=(on if stop.kind is c.StopKind.pickup else off)[stop.code or ""],
                    )
                    for position, stop in enumerate(load.journey.stops, start=1)
                ],
                passengers=passengers,
                load=round(len(passengers) / load.coach.seats, 3),
                distance_km=load.journey.distance_km,
                driving_minutes=load.journey.driving_minutes,
                cost_cents=load.cost_cents,
                fare_cents=self._fare(load.people),
            )
        )

    def _repay(self, people: Iterable[Traveller], why: str) -> None:
        self.by_fare.extend(
            c.ByFare(
                order_id=one.order_id,
                worker_id=one.worker_id,
                outpost=one.outpost,
                fare_cents=self._request.fare_cents.get(one.outpost),
                why=why,
            )
            for one in people
        )


def _by_chain(people: Iterable[Traveller]) -> Iterator[tuple[tuple[OutpostCode, ...], list[Traveller]]]:
    chains = [tuple(OutpostCode(code) for code in chain) for chain in coach_rules().chains]
    chained = {code for chain in chains for code in chain}
    groups: dict[tuple[OutpostCode, ...], list[Traveller]] = defaultdict(list)
    for one in people:
        chain = next((chain for chain in chains if one.outpost in chain), (one.outpost,))
        groups[chain if one.outpost in chained else (one.outpost,)].append(one)
    yield from sorted(groups.items())


def _township(division: str) -> str:
    """Where this person can get on: the own township, or the county seat where that is unknown to the tables."""
    try:
        point_of(division)
    except KeyError:
        return townships()[0].code
    return division[:9]


def _along_the_way(people: list[Traveller]) -> list[Traveller]:
    """People of the same and of neighbouring townships beside each other, so that a coach fills up in few stops."""
    order = {code: number for number, code in enumerate(_route(frozenset(_township(one.division) for one in people)))}
    return sorted(people, key=lambda one: (order[_township(one.division)], one.depart_on, str(one.order_id)))


@lru_cache(maxsize=4096)
def _route(codes: frozenset[str]) -> tuple[str, ...]:
    """From the township farthest from the county seat to the next nearest one, and so on."""
    seat = townships()[0].code
    left = set(codes)
    found: list[str] = []
    while left:
        here = (
            min(left, key=lambda code: (road_km(found[-1], code), code))
            if found
            else max(left, key=lambda code: (road_km(seat, code), code))
        )
        found.append(here)
        left.remove(here)
    return tuple(found)


@lru_cache(maxsize=4096)
def _pickups(people_by_township: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """The few townships where most people live; the others come to the nearest of them."""
    most = sorted(people_by_township, key=lambda item: (-item[1], item[0]))[:PICKUPS_AT_MOST]
    return _route(frozenset(code for code, _ in most))


@lru_cache(maxsize=4096)
def _nearest(township: str, pickups: tuple[str, ...]) -> str:
    return min(pickups, key=lambda code: (road_km(code, township), code))


@lru_cache(maxsize=4096)
def _journey(pickups: tuple[str, ...], outposts: tuple[OutpostCode, ...], day: date) -> Timetable:
    rules = coach_rules()
    depart_at = datetime.combine(day, time(rules.first_departure_hour), tzinfo=rules.zone)
    places: list[Place] = [*map(pickup_place, pickups), *map(outpost_place, outposts)]
    return timetable(places, depart_at)
