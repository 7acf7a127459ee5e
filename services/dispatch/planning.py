"""包车方案: which coaches carry whom, and who had better have the fare repaid.

People of a destination chain are cut into windows in which all can leave on one day. Each window is a small routing
problem: first everybody must ride, then the fares compete with the seats. Neighbouring windows are then searched
again together, so that their half-filled coaches become one. The plan is never worse than the greedy one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from time import perf_counter

from services.dispatch.coach_loads import CoachDesk, Load, Traveller, chain_of
from services.dispatch.coach_problem import CoachProblem, Group
from services.dispatch.fleet import Fleet
from services.dispatch.greedy import Plan, best_fit_decreasing
from services.dispatch.routing import RoutingModel

ALONE_SHARE = 0.5
SEED = 20260301

Watch = Callable[[float], None]


class ChainPlanner:
    """Plans the people of one destination chain with what the fleet still has."""

    def __init__(self, desk: CoachDesk, fleet: Fleet, watch: Callable[[], None]) -> None:
        self._desk = desk
        self._fleet = fleet
        self._watch = watch

    def plan(self, people: Sequence[Traveller], seconds: float) -> list[Load]:
        windows = self._windows(people)
        loads: list[Load] = []
        for window in windows:
            loads += self._window(window, ALONE_SHARE * seconds * len(window) / len(people))
        pairs = len(windows) - 1
        for number in range(pairs):
            both = [*windows[number], *windows[number + 1]]
            share = (1 - ALONE_SHARE) * seconds * len(both) / (2 * len(people))
            loads = self._together(loads, both, share)
        return loads

    def _windows(self, people: Sequence[Traveller]) -> list[list[Traveller]]:
        """Spans of days in which everybody can leave on the last one, begun so that the coaches fill up best."""
        days = 1 + self._desk.request.max_wait_days
        first = min(one.depart_on for one in people)

        def cut(offset: int) -> list[list[Traveller]]:
            found: dict[int, list[Traveller]] = defaultdict(list)
            for one in people:
                found[((one.depart_on - first).days + offset) // days].append(one)
            return [window for _, window in sorted(found.items())]

        largest = self._fleet.largest()
        seats = largest.seats if largest else 1
        return min(map(cut, range(days)), key=lambda windows: sum(len(window) % seats for window in windows))

    def _window(self, people: list[Traveller], seconds: float) -> list[Load]:
        """People who leave on one day: all of them by coach, then those for whom it pays."""
        problem = CoachProblem(self._desk, people, self._fleet.any(), merged=True)
        if not problem.types:
            return []
        day = max(one.depart_on for one in people)
        everybody = RoutingModel(problem, carries_all=True).solve(seconds / 2, SEED, None, self._watch)
        loads = self._chartered([(day, group) for group in _people(everybody)])
        return self._searched(people, loads, seconds / 2, day)

    def _together(self, loads: list[Load], people: list[Traveller], seconds: float) -> list[Load]:
        """Search the coaches that carry some of these people, and those without one, once more."""
        wanted = {one.order_id for one in people}
        here = [load for load in loads if any(one.order_id in wanted for one in load.people)]
        elsewhere = [load for load in loads if not any(one.order_id in wanted for one in load.people)]
        taken = {one.order_id for load in elsewhere for one in load.people}
        free = [one for one in people if one.order_id not in taken]
        known = {one.order_id: one for one in (*free, *(one for load in here for one in load.people))}
        return [*elsewhere, *self._searched(list(known.values()), here, seconds)]

    def _searched(
        self, people: list[Traveller], loads: list[Load], seconds: float, day: date | None = None
    ) -> list[Load]:
        """The coaches of a search that begins with these, where it ends with cheaper ones; all on one day if given."""
        self._give_back(loads)
        problem = CoachProblem(self._desk, people, self._fleet.any(), aboard=loads, merged=day is not None)
        better: list[Load] = []
        if problem.types:
            model = RoutingModel(problem)
            found = model.solve(seconds, SEED, model.solution(loads), self._watch)
            better = self._chartered([(day or _day(group), group) for group in _people(found)])
        if self._cost(people, better) < self._cost(people, loads):
            return better
        self._give_back(better)
        for load in loads:
            self._fleet.take(load.coach)
        return loads

    def _chartered(self, groups: Iterable[tuple[date, list[Traveller]]]) -> list[Load]:
        """The smallest coach that may carry each group, where that is cheaper than the fares.

        The search knows no clock: whom one coach cannot carry within the hours of the stops is packed into several.
        """
        loads: list[Load] = []
        for day, group in groups:
            load = self._desk.cheapest(self._fleet.fitting(len(group)), group, day)
            if load is None and self._desk.request.stop_hours:
                loads += best_fit_decreasing(self._desk, group, self._fleet).loads
            elif load is not None and self._desk.pays(load):
                self._fleet.take(load.coach)
                loads.append(load)
        return loads

    def _give_back(self, loads: Iterable[Load]) -> None:
        for load in loads:
            self._fleet.give_back(load.coach)

    def _cost(self, people: Sequence[Traveller], loads: Sequence[Load]) -> tuple[int, int]:
        """Whom nothing is known to carry counts before any money."""
        carried = {one.order_id for load in loads for one in load.people}
        fares = [self._desk.request.fare_cents.get(one.outpost) for one in people if one.order_id not in carried]
        return fares.count(None), sum(load.cost_cents for load in loads) + sum(fare or 0 for fare in fares)


def plan_coaches(desk: CoachDesk, people: Sequence[Traveller], seconds: float, watch: Watch) -> tuple[Plan, Plan]:
    """The plan, and the greedy one to compare it with; `watch` hears how far it is and may break off."""
    began = perf_counter()
    greedy = best_fit_decreasing(desk, people, Fleet(desk.request.coaches))
    left = max(0.5, seconds - (perf_counter() - began))
    fleet = Fleet(desk.request.coaches)
    chains: dict[tuple[str, ...], list[Traveller]] = defaultdict(list)
    for one in people:
        chains[chain_of(one.outpost)].append(one)
    searched = Plan()
    searching = perf_counter()

    def look() -> None:
        watch(min(1.0, (perf_counter() - searching) / left))

    for _, group in sorted(chains.items(), key=lambda item: (-len(item[1]), item[0])):
        searched.loads += ChainPlanner(desk, fleet, look).plan(group, left * len(group) / len(people))
    _leave(desk, searched, people, fleet)
    best = min((searched, greedy), key=lambda plan: (plan.stranded(desk), plan.cost_cents(desk)))
    return best, greedy


def _leave(desk: CoachDesk, plan: Plan, people: Sequence[Traveller], fleet: Fleet) -> None:
    """Everybody who is on no coach: packed greedily where no fare is known, else repaid."""
    carried = {one.order_id for load in plan.loads for one in load.people}
    rest = best_fit_decreasing(desk, [one for one in people if one.order_id not in carried], fleet)
    plan.loads += rest.loads
    plan.by_fare += rest.by_fare
    plan.unlawful += rest.unlawful
    plan.too_many += rest.too_many


def _people(found: Iterable[Iterable[Group]] | None) -> list[list[Traveller]]:
    return [[one for group in groups for one in group.people] for groups in found or []]


def _day(people: Iterable[Traveller]) -> date:
    return max(one.depart_on for one in people)
