"""What is to be allocated, and what proves an allocation to be the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SCALE = 10**9
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
class Nearby:
    """Prices that may be near to those of the best allocation, as potentials, with the weight they are meant for."""

    potential: Ints
    weight: int

    @classmethod
    def of(cls, seeker: Ints, own: Ints, firm: Ints | None, employer: Ints | None, weight: int) -> Nearby:
        """Of what seekers get for one more choice, and of what postings and employers' shares cost."""
        import numpy as np

        paid = own if firm is None or employer is None else own + firm[employer]
        return cls(np.concatenate([seeker, -paid, [] if firm is None else -firm, [0, 0]]).astype(np.int64), weight)


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

    @property
    def nearby(self) -> Nearby:
        return Nearby(self.potential, self.weight)


def heaviest(problem: AllocationProblem) -> int:
    """More than the scores along any chain of reassignments can be, whose length the smaller side bounds."""
    return 2 * min(len(problem.need), len(problem.room)) + 2
