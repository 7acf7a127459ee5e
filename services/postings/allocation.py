"""Who is offered which posting: the best allocation there is within the caps, as an exact minimum-cost flow.

Each seeker needs at least `need` offers (每名求职者≥2条针对性岗位) and takes at most `most`; a posting gives out at
most `room`, an employer at most its own room. Coverage comes first: no gain in score is worth one missing offer.
Offers that were delivered earlier are no part of the problem; the caller has already subtracted them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SCALE = 10**9
MAX_ROUNDS = 2_000
# A missing offer is first counted for this; where that leaves more missing than must be, for more than any chain gains.
LIGHT = 8


@dataclass(frozen=True)
class AllocationProblem:
    """Pair `e` may offer posting `posting[e]` to seeker `seeker[e]` for `score[e]` from 0 to 1; no pair twice.

    Scores are counted in whole parts of one `scale`th, and are exact where they are given in such parts.
    """

    seeker: Ints
    posting: Ints
    score: Floats
    need: Ints
    most: Ints
    room: Ints
    employer: Ints | None = None
    employer_room: Ints | None = None
    scale: int = SCALE


@dataclass(frozen=True)
class Proof:
    """Prices in whole parts of the scale: a pair that was not chosen is worth no more than both its sides ask.

    `paid` is what a posting's next offer costs, with its employer's share; `rent` what all room costs at that.
    `weight` is the score that one missing offer was counted for.
    """

    paid: Ints
    seeker_price: Ints
    potential: Ints
    weight: int
    rent: int
    value: int
    given: int


@dataclass(frozen=True)
class Allocation:
    """`chosen` flags the pairs, `short` counts the offers each seeker still lacks.

    `gap` is the relative distance between the value reached and an upper bound made from the postings' prices; 0 says
    that no allocation of these pairs is better. `price` is what one more offer of a posting would be worth.
    """

    chosen: Flags
    short: Ints
    score: float
    gap: float
    price: Floats
    scale: int
    proof: Proof


def allocate(problem: AllocationProblem, near: Allocation | None = None) -> Allocation:
    """The allocation with the fewest missing offers and, among those, the highest total score.

    An allocation of the same seekers and postings over other pairs makes finding the prices shorter.
    """

    weight = LIGHT if near is None else near.proof.weight
    network = _Network(problem, weight)
    flow = network.solve()
    short = network.short(flow)
    if weight == LIGHT and short.sum() > _unavoidable(problem):
        network = _Network(problem, _heaviest(problem))
        flow = network.solve()
        short = network.short(flow)
    chosen = flow[: len(problem.seeker)] > 0
    proof = network.prove(flow, near.proof.potential if near is not None else None)
    return Allocation(
        chosen=chosen,
        short=short,
        score=float(problem.score[chosen].sum()),
        gap=network.gap(proof),
        price=proof.paid / network.scale,
        scale=network.scale,
        proof=proof,
    )


def gap_over(problem: AllocationProblem, found: Allocation) -> float:
    """The gap of an allocation that was made of some of this problem's pairs, by its own prices."""
    return _Network(problem, found.proof.weight).gap(found.proof)


def _unavoidable(problem: AllocationProblem) -> int:
    """Offers that must be missing because seekers have too few pairs: with no more missing, coverage is at its best."""
    import numpy as np

    pairs = np.bincount(problem.seeker, minlength=len(problem.need))
    return int(np.maximum(problem.need - np.minimum(pairs, problem.most), 0).sum())


def _heaviest(problem: AllocationProblem) -> int:
    """More than the scores along any chain of reassignments can be, whose length the smaller side bounds."""
    return 2 * min(len(problem.need), len(problem.room)) + 2


class _Network:
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
        self.scale = min(problem.scale, 2**62 // (self.nodes * 8 * _heaviest(problem)))
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
        """Shortest distances in the residual network (Bellman-Ford; each round looks at what the last one changed)."""
        import numpy as np

        forward, backward = flow < self.capacity, flow > 0
        tail = np.concatenate([self.tail[forward], self.head[backward]])
        head = np.concatenate([self.head[forward], self.tail[backward]])
        cost = np.concatenate([self.cost[forward], -self.cost[backward]])
        order = np.sort(tail * len(tail) + np.arange(len(tail))) % max(len(tail), 1)
        head, cost = head[order], cost[order]
        number = np.bincount(tail, minlength=self.nodes)
        first = np.cumsum(number) - number
        distance = np.zeros(self.nodes, np.int64) if near is None else near.copy()
        changed = np.arange(self.nodes)
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
