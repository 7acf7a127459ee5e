"""The allocation as a flow through a network: how it is solved, and the prices that prove that none is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.postings.problem import AllocationProblem, Proof, heaviest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_ROUNDS = 2_000
# How far above the expected prices those that are found may lie.
RAISED = 20_000


class Network:
    """source -> seeker (two arcs: needed and further offers) -> posting (-> employer) -> sink, and source -> sink."""

    def __init__(self, problem: AllocationProblem, weight: int) -> None:
        import numpy as np

        self.problem, self.weight = problem, weight
        seekers, postings = len(problem.need), len(problem.room)
        employers = 0 if problem.employer_room is None else len(problem.employer_room)
        first_posting, first_employer = seekers, seekers + postings
        self.source, self.sink = first_employer + employers, first_employer + employers + 1
        self.nodes = self.sink + 1
        need = np.minimum(problem.need, problem.most)
        self.scale = min(problem.scale, 2**62 // (self.nodes * 8 * heaviest(problem)))
        self.bonus = weight * self.scale
        self.gain = np.rint(problem.score * self.scale).astype(np.int64)
        ids, jobs = np.arange(seekers), np.arange(postings)
        source, sink = np.full(seekers, self.source), np.full(postings, self.sink)
        legs = [
            (problem.seeker, problem.posting + first_posting, np.ones_like(problem.seeker), -self.gain),
            (source, ids, need, np.full(seekers, -self.bonus)),
            (source, ids, problem.most - need, np.zeros(seekers, np.int64)),
        ]
        if problem.employer is None or problem.employer_room is None:
            legs.append((jobs + first_posting, sink, problem.room, np.zeros(postings, np.int64)))
        else:
            firms = np.arange(employers)
            legs.append((jobs + first_posting, problem.employer + first_employer, problem.room, jobs * 0))
            legs.append((firms + first_employer, firms * 0 + self.sink, problem.employer_room, firms * 0))
        self.supply = int(problem.most.sum())
        legs.append((np.array([self.source]), np.array([self.sink]), np.array([self.supply]), np.zeros(1, np.int64)))
        self.tail, self.head, self.capacity, self.cost = (
            np.concatenate([leg[part] for leg in legs]).astype(np.int64) for part in range(4)
        )

    def solve(self) -> Ints:
        import numpy as np
        from ortools.graph.python import min_cost_flow

        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            self.tail.astype(np.int32), self.head.astype(np.int32), self.capacity, self.cost
        )
        solver.set_node_supply(self.source, self.supply)
        solver.set_node_supply(self.sink, -self.supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"the flow was not solved: {status}")
        return np.asarray(solver.flows(arcs), dtype=np.int64)

    def short(self, flow: Ints) -> Ints:
        """How many offers each seeker lacks."""
        import numpy as np

        chosen = flow[: len(self.problem.seeker)] > 0
        offers = np.bincount(self.problem.seeker[chosen], minlength=len(self.problem.need))
        return np.asarray(np.maximum(self.problem.need - offers, 0), dtype=np.int64)

    def prove(self, flow: Ints, near: Ints | None = None) -> Proof:
        """Prices from the residual network, and the gap that they prove.

        Any prices give a valid bound (Lagrange): every seeker takes the best offers net of price, and the postings'
        room is paid for. With the prices of an optimal flow the bound meets the value.
        """
        import numpy as np

        problem = self.problem
        potential = self._potentials(flow, near)
        top = len(problem.need)
        price = potential[top : top + len(problem.room)]
        if problem.employer is None or problem.employer_room is None:
            own = np.maximum(potential[self.sink] - price, 0)
            paid, rent = own, int((own * problem.room).sum())
        else:
            firm = potential[top + len(problem.room) : self.source]
            firm_price = np.maximum(potential[self.sink] - firm, 0)
            own = np.maximum(firm[problem.employer] - price, 0)
            paid = own + firm_price[problem.employer]
            rent = int((own * problem.room).sum()) + int((firm_price * problem.employer_room).sum())
        return Proof(
            paid=paid,
            seeker_price=potential[:top] - potential[self.sink],
            potential=potential,
            weight=self.weight,
            rent=rent,
            value=-int((self.cost * flow).sum()),
            given=max(int(self.gain[flow[: len(self.gain)] > 0].sum()), self.scale),
        )

    def gap(self, proof: Proof) -> float:
        """How far the proof's allocation may be from the best over this network's pairs, in shares of its score."""
        return max(proof.rent + self._best_net_of(proof.paid) - proof.value, 0) / proof.given

    def _best_net_of(self, paid: Ints) -> int:
        """What all seekers together gain when each alone picks the best offers net of the postings' prices."""
        import numpy as np

        problem = self.problem
        if not len(self.gain):
            return 0
        net = self.gain - paid[problem.posting]
        # Seeker and net worth in one number each, which sorts several times as fast as two keys do.
        highest = int(net.max())
        width = highest - int(net.min()) + 1
        seeker, below = np.divmod(np.sort(problem.seeker * width + (highest - net)), width)
        net = highest - below
        starts = np.r_[0, np.flatnonzero(np.diff(seeker)) + 1]
        rank = np.arange(len(seeker)) - np.repeat(starts, np.diff(np.r_[starts, len(seeker)]))
        need = np.minimum(problem.need, problem.most)[seeker]
        worth = np.where(rank < need, net + self.bonus, net)
        return int(np.maximum(worth[rank < problem.most[seeker]], 0).sum())

    def _potentials(self, flow: Ints, near: Ints | None) -> Ints:
        """Prices of the residual network, as near to the given ones as they may be.

        The highest that lie no more than the way to the sink's above the given ones are found by lowering, then what of
        the given ones lies below is raised as far as it must. Lowering alone would take the sink down, and all with it.
        """
        import numpy as np

        spare, back = flow < self.capacity, flow > 0
        tail = np.concatenate([self.tail[spare], self.head[back]])
        head = np.concatenate([self.head[spare], self.tail[back]])
        cost = np.concatenate([self.cost[spare], -self.cost[back]])
        if near is None:
            return _lowered(np.zeros(self.nodes, np.int64), tail, head, cost)
        start = near - near[self.sink]
        above = start + RAISED
        above[self.sink] = 0
        above = _lowered(above, tail, head, cost)
        above -= above[self.sink]
        return -_lowered(-np.minimum(start, above), head, tail, cost)


def _lowered(start: Ints, tail: Ints, head: Ints, cost: Ints) -> Ints:
    """The highest potentials that are not above the given ones (Bellman-Ford, of what the last round changed)."""
    import numpy as np

    order = np.argsort(tail, kind="stable")
    head, cost = head[order], cost[order]
    number = np.bincount(tail, minlength=len(start))
    first = np.cumsum(number) - number
    distance, changed = start, np.arange(len(start))
    for _ in range(MAX_ROUNDS):
        arcs = number[changed]
        if not arcs.sum():
            break
        leaving = np.repeat(first[changed] - np.cumsum(arcs) + arcs, arcs) + np.arange(arcs.sum())
        nearer = distance.copy()
        np.minimum.at(nearer, head[leaving], np.repeat(distance[changed], arcs) + cost[leaving])
        changed = np.flatnonzero(nearer < distance)
        distance = nearer
    return distance
