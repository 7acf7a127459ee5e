"""OR-Tools' routing solver on the same windows, lines, coach types and fares, with guided local search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from services.dispatch.coach_loads import CoachDesk, Load, Traveller, chain_of
from services.dispatch.coach_problem import CoachProblem, Group, Line
from shared.contracts import dispatch as c

KM_PARTS = 10


def plan(desk: CoachDesk, people: Sequence[Traveller], coaches: Sequence[c.Coach], seconds: float) -> int:
    """The cost in fen of what it plans for people who leave window by window, one thread."""
    days = 1 + desk.request.max_wait_days
    windows: dict[tuple[Line, int], list[Traveller]] = defaultdict(list)
    first = min(one.depart_on for one in people)
    for one in people:
        windows[chain_of(one.outpost), (one.depart_on - first).days // days].append(one)
    cost = 0
    for _, window in sorted(windows.items()):
        loads = _window(desk, window, coaches, seconds * len(window) / len(people))
        carried = {one.order_id for load in loads for one in load.people}
        cost += sum(load.cost_cents for load in loads)
        cost += desk.fare([one for one in window if one.order_id not in carried]) or 0
    return cost


def _window(desk: CoachDesk, people: list[Traveller], coaches: Sequence[c.Coach], seconds: float) -> list[Load]:
    problem = CoachProblem(desk, people, coaches, merged=True)
    if not problem.types:
        return []
    day = max(one.depart_on for one in people)
    loads = [
        desk.cheapest(coaches, [one for group in groups for one in group.people], day)
        for groups in _routes(problem, max(1, round(seconds)))
    ]
    return [load for load in loads if load is not None and desk.pays(load)]


def _routes(problem: CoachProblem, seconds: int) -> list[list[Group]]:
    """Node 0 is every coach's start, then a node a group, then one a line's end."""
    groups = problem.groups
    total = sum(len(group.people) for group in groups)
    kinds = [kind for kind in problem.types for _ in range(1 + ceil(total / kind.coach.seats))]
    ends = {line: 1 + len(groups) + number for number, line in enumerate(problem.lines)}
    size = 1 + len(groups) + len(ends)
    nodes = pywrapcp.RoutingIndexManager(size, len(kinds), [0] * len(kinds), [ends[kind.line] for kind in kinds])
    model = pywrapcp.RoutingModel(nodes)
    minutes: dict[Line, int] = {}
    costs: dict[tuple[Line, int], int] = {}
    for line, end in ends.items():
        km, took = _matrices(problem, line, end, size)
        minutes[line] = model.RegisterTransitMatrix(took)
        for rate in {kind.coach.km_cost_cents for kind in kinds}:
            per_part = rate * problem.ways // KM_PARTS
            costs[line, rate] = model.RegisterTransitMatrix([[parts * per_part for parts in row] for row in km])
    for vehicle, kind in enumerate(kinds):
        model.SetArcCostEvaluatorOfVehicle(costs[kind.line, kind.coach.km_cost_cents], vehicle)
        model.SetFixedCostOfVehicle(kind.fixed_cents, vehicle)
    model.AddDimensionWithVehicleTransitAndCapacity(
        [minutes[kind.line] for kind in kinds], 0, [kind.longest_minutes for kind in kinds], True, "minutes"
    )
    sizes = model.RegisterUnaryTransitVector([0, *(len(group.people) for group in groups), *[0] * len(ends)])
    model.AddDimensionWithVehicleCapacity(sizes, 0, [kind.coach.seats for kind in kinds], True, "seats")
    for number, group in enumerate(groups, start=1):
        index = nodes.NodeToIndex(number)
        model.AddDisjunction([index], problem.prize_cents(group) or 10**9)
        elsewhere = [vehicle for vehicle, kind in enumerate(kinds) if group.outpost not in kind.line]
        model.VehicleVar(index).RemoveValues(elsewhere)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.seconds = seconds
    found = model.SolveWithParameters(parameters)
    if found is None:
        return []
    routes: list[list[Group]] = []
    for vehicle in range(len(kinds)):
        index = found.Value(model.NextVar(model.Start(vehicle)))
        route = []
        while not model.IsEnd(index):
            route.append(groups[nodes.IndexToNode(index) - 1])
            index = found.Value(model.NextVar(index))
        if route:
            routes.append(route)
    return routes


def _matrices(problem: CoachProblem, line: Line, end: int, size: int) -> tuple[list[list[int]], list[list[int]]]:
    km = [[0] * size for _ in range(size)]
    minutes = [[0] * size for _ in range(size)]
    for a, here in enumerate(problem.groups, start=1):
        haul_km, haul_minutes = problem.haul(here.township, line)
        km[a][end], minutes[a][end] = round(haul_km * KM_PARTS), haul_minutes
        for b, there in enumerate(problem.groups, start=1):
            leg_km, leg_minutes = problem.desk.roads.leg(here.township, there.township)
            km[a][b], minutes[a][b] = round(leg_km * KM_PARTS), leg_minutes
    return km, minutes
