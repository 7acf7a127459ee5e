"""The planning problem of some people of one destination chain, in terms that any routing solver understands.

A group is a few people of one township who go to one destination from the same day on; nobody of it is parted. A
coach type is a kind of coach on one line (the destinations of a chain that it serves, in their order) with so many
drivers for so many days: its longest drive is what the hours of its drivers and the longest ride allow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from services.dispatch.coach_loads import CoachDesk, Load, Traveller, chain_of, day_minutes
from services.dispatch.roads import Roads
from services.dispatch.timetable import Place, coach_rules, timetable_with
from shared.contracts import dispatch as c
from shared.contracts.dispatch import StopKind
from shared.contracts.scopes import OutpostCode

GROUP_AT_MOST = 8
DAYS_AT_MOST = 4
# Beyond these the townships cost more time than a coach has; a line apart must be that much shorter.
COLLECTING_MINUTES = 420
COLLECTING_STEP = 30
COLLECTING_STOPS = 6
WORTH_A_LINE = 0.04

Line = tuple[OutpostCode, ...]


@dataclass(frozen=True)
class Group:
    """People who get on and off together."""

    people: tuple[Traveller, ...]
    township: str
    outpost: OutpostCode
    first_day: int
    last_day: int


@dataclass(frozen=True)
class CoachType:
    """A coach on a line with a crew: what it costs before the first kilometre, and how long it may be driven."""

    coach: c.Coach
    line: Line
    drivers: int
    days: int
    fixed_cents: int
    longest_minutes: int


class CoachProblem:
    """The problem of one destination chain and some people, the same for every solver.

    `aboard` are coaches already found for some of them: nobody who sits together there is parted here, so that they
    can be the search's start. `merged` people all leave on the day of the last of them.
    """

    def __init__(
        self,
        desk: CoachDesk,
        people: Sequence[Traveller],
        coaches: Sequence[c.Coach],
        *,
        aboard: Sequence[Load] = (),
        merged: bool = False,
    ) -> None:
        self.desk = desk
        self.first = min(one.depart_on for one in people)
        seated = {one.order_id: number for number, load in enumerate(aboard) for one in load.people}
        self.groups = self._groups(people, seated, merged=merged)
        present = {group.outpost for group in self.groups}
        self.townships = sorted({group.township for group in self.groups})
        self.lines = self._lines([code for code in chain_of(people[0].outpost) if code in present])
        self.types = [kind for coach in coaches for line in self.lines for kind in self._types(coach, line)]

    @property
    def ways(self) -> int:
        return 2 if self.desk.request.pays_return else 1

    def prize_cents(self, group: Group) -> int | None:
        return self.desk.fare(group.people)

    def haul(self, township: str, line: Line) -> tuple[float, int]:
        """Kilometres and minutes from a township through the whole line."""
        codes = [township, *(code.value for code in line)]
        legs = [self.desk.roads.leg(a, b) for a, b in pairwise(codes)]
        return sum(km for km, _ in legs), sum(minutes for _, minutes in legs)

    def _groups(self, people: Iterable[Traveller], seated: dict[UUID, int], *, merged: bool) -> list[Group]:
        together: dict[tuple[int, str, OutpostCode, int], list[Traveller]] = defaultdict(list)
        days = {one.order_id: (one.depart_on - self.first) // timedelta(days=1) for one in people}
        last = max(days.values())
        for one in people:
            day = last if merged else days[one.order_id]
            together[seated.get(one.order_id, -1), one.township, one.outpost, day].append(one)
        wait = 0 if merged else self.desk.request.max_wait_days
        return [
            Group(tuple(several[at : at + GROUP_AT_MOST]), township, outpost, day, day + wait)
            for (_, township, outpost, day), several in sorted(together.items())
            for at in range(0, len(several), GROUP_AT_MOST)
        ]

    def _lines(self, stops: list[OutpostCode]) -> list[Line]:
        """The chain up to each of its destinations, and each alone to which the straight way is clearly shorter."""
        upto: list[Line] = [tuple(stops[:end]) for end in range(1, len(stops) + 1)]
        alone = [
            (line[-1],)
            for line in upto[1:]
            if self._nearest((line[-1],), 0) < (1 - WORTH_A_LINE) * self._nearest(line, 0)
        ]
        return [*upto, *alone]

    def _nearest(self, line: Line, part: int) -> float:
        return min(self.haul(code, line)[part] for code in self.townships)

    def _types(self, coach: c.Coach, line: Line) -> list[CoachType]:
        """Every crew and number of days that is worth its money on this line."""
        rules = coach_rules()
        nearest = int(self._nearest(line, 1))
        found: list[CoachType] = []
        for drivers in range(1, rules.drivers_at_most + 1):
            if drivers < rules.drivers_at_most and drivers * rules.driver_day_minutes < nearest:
                continue
            legs = tuple(self.desk.roads.leg(a.value, b.value)[1] for a, b in pairwise(line))
            lawful = longest_drive(nearest, legs, drivers, self.desk.request.max_ride_hours)
            for days in range(1, DAYS_AT_MOST + 1):
                longest = min(days * day_minutes(drivers) // self.ways, lawful)
                if drivers < rules.drivers_at_most:
                    longest = min(longest, drivers * rules.driver_day_minutes)
                fixed = days * (coach.day_cost_cents + drivers * coach.driver_day_cost_cents)
                kind = CoachType(coach, line, drivers, days, fixed, longest)
                if longest >= nearest and self._can_pay(kind):
                    found.append(kind)
        return [one for one in found if not any(_dominates(other, one, found) for other in found)]

    def _can_pay(self, kind: CoachType) -> bool:
        """Whether a full coach on the shortest way costs less than its people's fares."""
        fares = [self.desk.request.fare_cents.get(code) for code in kind.line]
        dearest = max((fare for fare in fares if fare is not None), default=0)
        cost = kind.fixed_cents + self._nearest(kind.line, 0) * self.ways * kind.coach.km_cost_cents
        return None in fares or cost <= kind.coach.seats * dearest


@lru_cache(maxsize=4096)
def longest_drive(nearest: int, onward: tuple[int, ...], drivers: int, ride_hours: int) -> int:
    """The longest drive, some of it from township to township, that ends within the longest ride allowed; 0: none."""
    rules = coach_rules()
    depart_at = datetime(2026, 3, 2, rules.departure_hours[0], tzinfo=rules.zone)
    codes = ["first", "last", *(f"dropoff {number}" for number in range(1 + len(onward)))]
    kinds = [StopKind.pickup, StopKind.pickup, *[StopKind.dropoff] * (1 + len(onward))]
    places = [Place(kind, code) for kind, code in zip(kinds, codes, strict=True)]
    for collecting in range(COLLECTING_MINUTES, -1, -COLLECTING_STEP):
        minutes = (collecting, nearest - sum(onward), *onward)
        legs = {pair: (0.0, took) for pair, took in zip(pairwise(codes), minutes, strict=True)}
        journey = timetable_with(drivers, places, depart_at, Roads("probe", legs))
        if journey and journey.ride_hours + COLLECTING_STOPS * rules.stop_minutes / 60 <= ride_hours:
            return nearest + collecting
    return 0


def _dominates(other: CoachType, one: CoachType, among: list[CoachType]) -> bool:
    if other is one or other.fixed_cents > one.fixed_cents or other.longest_minutes < one.longest_minutes:
        return False
    same = (other.fixed_cents, other.longest_minutes) == (one.fixed_cents, one.longest_minutes)
    return not same or among.index(other) < among.index(one)
