"""What a person with paper would plan: the largest group first, each into the fullest coach that still has room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.dispatch.coach_loads import CoachDesk, Load, Traveller, chain_of
from services.dispatch.fleet import Fleet
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode


@dataclass
class _OpenCoach:
    coach: c.Coach
    people: list[Traveller] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.coach.seats - len(self.people)


@dataclass
class Plan:
    """Coaches, and the people left: cheaper by fare, on no lawful journey, or more than the fleet can carry."""

    loads: list[Load] = field(default_factory=list)
    by_fare: list[Traveller] = field(default_factory=list)
    unlawful: list[Traveller] = field(default_factory=list)
    too_many: list[Traveller] = field(default_factory=list)

    @property
    def left(self) -> list[Traveller]:
        return [*self.by_fare, *self.unlawful, *self.too_many]

    def in_order(self) -> list[Load]:
        return sorted(self.loads, key=lambda load: (load.journey.depart_at, load.outposts, load.pickups))

    def cost_cents(self, desk: CoachDesk) -> int:
        return sum(load.cost_cents for load in self.loads) + sum(
            desk.request.fare_cents.get(one.outpost, 0) for one in self.left
        )

    def stranded(self, desk: CoachDesk) -> int:
        """People without a coach and without a known fare; a plan with fewer of them is better at any cost."""
        return sum(one.outpost not in desk.request.fare_cents for one in self.left)


def best_fit_decreasing(desk: CoachDesk, people: Iterable[Traveller], fleet: Fleet) -> Plan:
    """Windows of days, destination chains, then best fit decreasing; each coach as small as its people allow."""
    plan = Plan()
    chains: dict[tuple[OutpostCode, ...], list[Traveller]] = defaultdict(list)
    for one in people:
        chains[chain_of(one.outpost)].append(one)
    for _, group in sorted(chains.items()):
        for day, window in _windows(group, desk.request.max_wait_days):
            for open_coach in _packed(desk, window, day, fleet, plan):
                _charter(desk, open_coach, day, fleet, plan)
    return plan


def _windows(people: list[Traveller], wait_days: int) -> Iterator[tuple[date, list[Traveller]]]:
    """People who can leave on the same day: nobody waits longer than was allowed, nobody leaves early."""
    waiting = sorted(people, key=lambda one: (one.depart_on, one.division, str(one.order_id)))
    while waiting:
        until = waiting[0].depart_on + timedelta(days=wait_days)
        window = [one for one in waiting if one.depart_on <= until]
        waiting = waiting[len(window) :]
        yield max(one.depart_on for one in window), window


def _packed(desk: CoachDesk, people: list[Traveller], day: date, fleet: Fleet, plan: Plan) -> list[_OpenCoach]:
    largest = fleet.largest()
    if largest is None:
        plan.too_many += people
        return []
    groups: dict[tuple[str, OutpostCode], list[Traveller]] = defaultdict(list)
    for one in people:
        groups[one.township, one.outpost].append(one)
    pieces = [
        group[start : start + largest.seats]
        for _, group in sorted(groups.items())
        for start in range(0, len(group), largest.seats)
    ]
    open_coaches: list[_OpenCoach] = []
    for piece in sorted(pieces, key=len, reverse=True):
        fitting = sorted((coach for coach in open_coaches if coach.free >= len(piece)), key=lambda coach: coach.free)
        for coach in fitting:
            if desk.load(coach.coach, (*coach.people, *piece), day) is not None:
                coach.people += piece
                break
        else:
            open_coaches.append(_OpenCoach(largest, list(piece)))
    return open_coaches


def _charter(desk: CoachDesk, open_coach: _OpenCoach, day: date, fleet: Fleet, plan: Plan) -> None:
    load = desk.cheapest(fleet.fitting(len(open_coach.people)), open_coach.people, day)
    if load is None:
        plan.unlawful += open_coach.people
    elif not desk.pays(load):
        plan.by_fare += open_coach.people
    else:
        fleet.take(load.coach)
        plan.loads.append(load)
