"""PyVRP searches a coach problem.

A line's end depot is its first destination with the rest of the line behind it. The fare of a group that can be
repaid is the prize for carrying it. Days are far apart on the solver's clock, so that a coach calls at all its stops
on one day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from services.dispatch.coach_loads import Load
from services.dispatch.coach_problem import CoachProblem, Group, Line

if TYPE_CHECKING:
    import numpy as np
    import pyvrp

# The solver's units: a tenth of a kilometre, a minute, a fen; a day is longer than any coach's way.
KM_PARTS = 10
DAY = 100_000
BOARDING_SPAN = 1440
FORBIDDEN = 50_000
PATIENCE_PER_GROUP = 40
# A seat is dearer than the solver's usual highest penalty for a person too many.
PENALTY_AT_MOST = 10_000_000.0


class RoutingModel:
    """A coach problem in PyVRP's terms. Location 0 is every coach's start: its way is counted from the first stop."""

    def __init__(self, problem: CoachProblem, *, carries_all: bool = False) -> None:
        self._problem = problem
        self._carries_all = carries_all
        self._places = sorted({(group.township, group.outpost) for group in problem.groups})
        self._at = {place: number for number, place in enumerate(self._places, start=1)}
        self._end = {line: len(self._places) + 1 + number for number, line in enumerate(problem.lines)}

    @cached_property
    def instance(self) -> pyvrp.ProblemData:
        import pyvrp

        problem = self._problem
        fleet = len(problem.groups)
        matrices = [self._matrices(line) for line in problem.lines]
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _ in range(1 + len(self._places) + len(problem.lines))],
            clients=[self._client(group) for group in problem.groups],
            depots=[pyvrp.Depot(0), *(pyvrp.Depot(self._end[line]) for line in problem.lines)],
            vehicle_types=[
                pyvrp.VehicleType(
                    num_available=fleet if kind.coach.available is None else min(fleet, kind.coach.available),
                    capacity=[kind.coach.seats],
                    start_depot=0,
                    end_depot=1 + problem.lines.index(kind.line),
                    fixed_cost=kind.fixed_cents,
                    shift_duration=kind.longest_minutes,
                    unit_distance_cost=kind.coach.km_cost_cents * problem.ways // KM_PARTS,
                    profile=problem.lines.index(kind.line),
                )
                for kind in problem.types
            ],
            distance_matrices=[km for km, _ in matrices],
            duration_matrices=[minutes for _, minutes in matrices],
        )

    def _client(self, group: Group) -> pyvrp.Client:
        import pyvrp

        prize = self._problem.prize_cents(group)
        return pyvrp.Client(
            self._at[group.township, group.outpost],
            pickup=[len(group.people)],
            tw_early=group.first_day * DAY,
            tw_late=group.last_day * DAY + BOARDING_SPAN,
            prize=0 if prize is None or self._carries_all else prize,
            required=prize is None or self._carries_all,
        )

    def _matrices(self, line: Line) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """A coach of this line does not call where people want to go elsewhere."""
        import numpy as np

        size = 1 + len(self._places) + len(self._problem.lines)
        km = np.full((size, size), FORBIDDEN, dtype=np.int64)
        minutes = np.zeros((size, size), dtype=np.int64)
        np.fill_diagonal(km, 0)
        own = [(at, township) for (township, outpost), at in self._at.items() if outpost in line]
        end = self._end[line]
        km[0, end] = 0
        for a, here in own:
            km[0, a] = 0
            haul_km, haul_minutes = self._problem.haul(here, line)
            km[a, end], minutes[a, end] = round(haul_km * KM_PARTS), haul_minutes
            for b, there in own:
                leg_km, leg_minutes = self._problem.desk.roads.leg(here, there)
                km[a, b], minutes[a, b] = round(leg_km * KM_PARTS), leg_minutes
        return km, minutes

    def solution(self, loads: Iterable[Load]) -> pyvrp.Solution | None:
        """Another planner's coaches as a start; None where they do not fit into these groups and types."""
        import pyvrp

        of_person = {one.order_id: number for number, group in enumerate(self._problem.groups) for one in group.people}
        routes = []
        for load in loads:
            wanted = {of_person[one.order_id] for one in load.people}
            if sum(len(self._problem.groups[number].people) for number in wanted) != len(load.people):
                return None
            order = {code: number for number, code in enumerate(load.pickups)}
            clients = sorted(wanted, key=lambda number: (order[self._problem.groups[number].township], number))
            kinds = [
                number
                for number, kind in enumerate(self._problem.types)
                if kind.coach == load.coach
                and set(load.outposts) <= set(kind.line)
                and kind.longest_minutes >= load.journey.driving_minutes
            ]
            if not kinds:
                return None
            kind = min(kinds, key=lambda number: self._problem.types[number].fixed_cents)
            visits = [pyvrp.Activity(pyvrp.ActivityType.CLIENT, client) for client in clients]
            routes.append(pyvrp.Route(self.instance, visits, kind))
        return pyvrp.Solution(self.instance, routes)

    def solve(
        self, seconds: float, seed: int, start: pyvrp.Solution | None, watch: Callable[[], None]
    ) -> list[tuple[Group, ...]] | None:
        """Who rides together in the cheapest plan found in time; who is in none of them stays. None: nothing lawful."""
        import pyvrp
        from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

        patience = max(1_000, PATIENCE_PER_GROUP * len(self._problem.groups))
        criteria: list[Any] = [MaxRuntime(seconds), NoImprovement(patience), _Watching(watch)]
        result = pyvrp.solve(
            self.instance,
            MultipleCriteria(criteria),
            seed=seed,
            collect_stats=False,
            params=pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=PENALTY_AT_MOST)),
            initial_solution=start,
        )
        if not result.best.is_feasible():
            return None
        return [
            tuple(
                self._problem.groups[visit.idx] for visit in route.schedule() if visit.type == pyvrp.ActivityType.CLIENT
            )
            for route in result.best.routes()
        ]


class _Watching:
    """Lets the caller look at the clock, and break off, between two steps of the search."""

    def __init__(self, watch: Callable[[], None]) -> None:
        self._watch = watch

    def __call__(self, best_cost: float) -> bool:
        self._watch()
        return False
