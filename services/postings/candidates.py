"""Which pairs the allocation chooses from: each seeker's best at the prices that are expected.

Of a hundred million pairs it needs one in a few hundred. What is left out is not forgotten: a bound says what none of
it is worth more than, so that whatever could make the allocation better is found when the prices are known.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.postings.score_rows import ScoreRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# Prices beyond this come from coverage and not from scores; they are compared as whole numbers of 64 bits.
OUT_OF_REACH = 2**23
SAMPLED = 16
# Fewer seekers are looked at sooner than threads are started.
WORTH_SHARING = 2_000
WORKERS = min(len(os.sched_getaffinity(0)), 4)
NOWHERE = -(2**60)


@dataclass(frozen=True)
class Candidates:
    """Pairs in the order of seekers and postings, none twice; `gain` is the score in millionths."""

    seeker: Ints
    posting: Ints
    gain: Ints

    def __len__(self) -> int:
        return len(self.seeker)

    def joined(self, others: Candidates) -> Candidates:
        return gathered([(self.seeker, self.posting, self.gain), (others.seeker, others.posting, others.gain)])

    def at(self, which: Any) -> Candidates:
        return Candidates(self.seeker[which], self.posting[which], self.gain[which])


def gathered(found: list[tuple[Any, Any, Any]]) -> Candidates:
    """Pairs from several places, each once."""
    import numpy as np

    seeker, posting, gain = (
        np.concatenate([part[n] for part in found]).astype(np.int64) if found else np.empty(0, np.int64)
        for n in range(3)
    )
    _, first = np.unique(seeker * (posting.max(initial=0) + 1) + posting, return_index=True)
    return Candidates(seeker[first], posting[first], gain[first])


@dataclass(frozen=True)
class FirstLook:
    """`favourites` are each seeker's best whatever others want; `reached` the postings that somebody may be offered.

    No pair that is not among the candidates is worth more to its seeker, net of the asked prices, than `beyond`.
    """

    candidates: Candidates
    favourites: Candidates
    reached: NDArray[np.bool_]
    beyond: Ints


def first_look(
    rows: ScoreRows, wanted: Ints, price: Ints, *, best: int, favourites: int, blurred: int = 0
) -> FirstLook:
    """Each seeker's best pairs net of what the postings are expected to cost, and the favourites."""
    import numpy as np

    asked = np.minimum(price, OUT_OF_REACH).astype(np.float32)
    looks = shared_out(rows, wanted, lambda own, some: _Look(own, some, asked, best, favourites, blurred))
    beyond = np.full(len(rows.excluded), NOWHERE, np.int64)
    for look in looks:
        beyond[look.seeker] = look.beyond
    return FirstLook(
        gathered([look.found.pairs(look.seeker) for look in looks]),
        gathered([look.liked.pairs(look.seeker) for look in looks]),
        np.logical_or.reduce([look.reached for look in looks]) if looks else np.zeros(rows.width, bool),
        beyond,
    )


def shared_out(rows: ScoreRows, wanted: Ints, look: Any) -> list[Any]:
    """The look at each part of the seekers, alike ones in one part, as many parts at once as there are processors."""
    import numpy as np

    ordered = rows.in_order(wanted)
    parts = np.array_split(ordered, WORKERS) if len(ordered) >= WORTH_SHARING else [ordered]
    if len(parts) == 1:
        return [look(rows, parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(look, (rows, *(rows.again() for _ in parts[1:])), parts))


class _Look:
    """One part of the seekers. Rows that are equal in number and order whoever looks, so that runs can be repeated."""

    def __init__(self, rows: ScoreRows, wanted: Ints, asked: Any, best: int, favourites: int, blurred: int) -> None:
        import numpy as np

        self.seeker = wanted
        self.found, self.liked = _Best(len(wanted), best, rows), _Best(len(wanted), favourites, rows)
        self.beyond = np.empty(len(wanted), np.int64)
        unreached, net = np.arange(rows.width), np.empty(rows.width, np.float32)
        blur = np.random.default_rng(rows.width).integers(0, max(blurred, 1), 2 * rows.width).astype(np.float32)
        for at, (_, row) in enumerate(rows.unsifted(wanted)):
            if len(unreached):
                unreached = unreached[row[unreached] < rows.lowest]
            if favourites:
                self.liked.take(at, row, row)
            np.subtract(row, asked, out=net)
            if blurred:
                shift = int(wanted[at]) * 7919 % rows.width
                net += blur[shift : shift + rows.width]
            self.beyond[at] = self.found.take(at, row, net)
        self.reached = np.ones(rows.width, bool)
        self.reached[unreached] = False


class _Best:
    """The best few of each row."""

    def __init__(self, count: int, number: int, rows: ScoreRows) -> None:
        import numpy as np

        self._number, self._lowest = min(number, rows.width), rows.lowest
        self._posting = np.zeros((count, self._number), np.int32)
        self._gain = np.zeros((count, self._number), np.float32)

    def take(self, at: int, row: Any, worth: Any) -> int:
        """Keep the pairs of the row that are worth most; what none of the others is worth more than."""
        chosen = _highest(worth, self._number)
        self._posting[at], self._gain[at] = chosen, row[chosen]
        return int(worth[chosen].min()) if self._number < len(worth) else NOWHERE

    def pairs(self, seekers: Ints) -> tuple[Any, Any, Any]:
        import numpy as np

        row, column = np.nonzero(self._gain >= self._lowest)
        return seekers[row], self._posting[row, column], self._gain[row, column]


def _highest(values: Any, number: int) -> Any:
    """Where the highest values are; found through a sample where there are many."""
    import numpy as np

    if len(values) <= number:
        return np.arange(len(values))
    if len(values) > SAMPLED * 4 * number:
        sample = values[::SAMPLED]
        rank = len(sample) - max(2 * number // SAMPLED, 4)
        some = np.flatnonzero(values >= np.partition(sample, rank)[rank])
        if number <= len(some) < len(values) // 4:
            return some[_highest(values[some], number)]
    return np.argpartition(values, len(values) - number)[len(values) - number :]
