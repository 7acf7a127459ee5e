"""Who is offered which posting: the best allocation there is within the caps, as an exact minimum-cost flow.

Each seeker needs at least `need` offers (每名求职者≥2条针对性岗位) and takes at most `most`; a posting gives out at
most `room`, an employer at most its own room. Coverage comes first: no gain in score is worth one missing offer.
Offers that were delivered earlier are no part of the problem; the caller has already subtracted them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.postings.network import Network
from services.postings.problem import LIGHT, AllocationProblem, Nearby, Proof, heaviest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


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


def allocate(problem: AllocationProblem, near: Nearby | None = None) -> Allocation:
    """The allocation with the fewest missing offers and, among those, the highest total score.

    Of the prices that prove it, those nearest to the given ones are told; it is the same without them.
    """

    network = Network(problem, LIGHT if near is None else near.weight)
    flow = network.solve()
    short = network.short(flow)
    if network.weight == LIGHT and short.sum() > _unavoidable(problem):
        network = Network(problem, heaviest(problem))
        flow = network.solve()
        short = network.short(flow)
    chosen = flow[: len(problem.seeker)] > 0
    proof = network.prove(flow, None if near is None else near.potential)
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
    return Network(problem, found.proof.weight).gap(found.proof)


def _unavoidable(problem: AllocationProblem) -> int:
    """Offers that must be missing because seekers have too few pairs: with no more missing, coverage is at its best."""
    import numpy as np

    pairs = np.bincount(problem.seeker, minlength=len(problem.need))
    return int(np.maximum(problem.need - np.minimum(pairs, problem.most), 0).sum())
