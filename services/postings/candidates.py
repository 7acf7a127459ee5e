"""Which pairs the allocation chooses from, and whether any other pair could make it better.

Of a hundred million pairs it needs one in three hundred. It starts from each seeker's best; the prices of the
allocation then say of every other pair whether it is worth more than it displaces. Those pairs are added and the
allocation is made again, until no such pair is left: then it is the best over all pairs (column generation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.postings.score_rows import ScoreRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from services.postings.allocation import Proof

BEST = 16
VIOLATED_AT_ONCE = 16
# Prices beyond these come from coverage and not from scores; they are compared as whole numbers of 64 bits.
SMALL, OUT_OF_REACH = 2**22, 2**23
SAMPLED = 16
FAR = 15_000


@dataclass(frozen=True)
class Candidates:
    """Pairs in the order of seekers and postings, none twice; `gain` is the score in millionths."""

    seeker: NDArray[np.int64]
    posting: NDArray[np.int64]
    gain: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.seeker)

    def joined(self, others: Candidates) -> Candidates:
        return gathered([(self.seeker, self.posting, self.gain), (others.seeker, others.posting, others.gain)])

    def near(self, chosen: NDArray[np.bool_], proof: Proof) -> Candidates:
        """Those that are chosen or not far from it by these prices."""
        kept = chosen | (self.gain - proof.paid[self.posting] - proof.seeker_price[self.seeker] > -FAR)
        return Candidates(self.seeker[kept], self.posting[kept], self.gain[kept])


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
    """`favourites` are each seeker's best whatever others want; `reached` the postings that somebody may be offered."""

    candidates: Candidates
    favourites: Candidates
    reached: NDArray[np.bool_]


def first_look(
    rows: ScoreRows, wanted: NDArray[np.int64], price: NDArray[np.int64], *, best: int, favourites: int
) -> FirstLook:
    """Each seeker's best pairs net of what the postings are expected to cost, and the favourites."""
    import numpy as np

    found: list[tuple[Any, Any, Any]] = []
    liked: list[tuple[Any, Any, Any]] = []
    reached = np.zeros(rows.width, np.float32)
    net = np.empty(rows.width, np.float32)
    asked = price.astype(np.float32)
    for seeker, row in rows.of(wanted):
        np.maximum(reached, row, out=reached)
        _take(liked, seeker, row, row, favourites)
        np.subtract(row, asked, out=net)
        _take(found, seeker, row, net, best)
    naive = gathered(liked)
    return FirstLook(gathered(found).joined(naive), naive, reached > 0)


def _take(found: list[tuple[Any, Any, Any]], seeker: int, row: Any, worth: Any, number: int) -> None:
    import numpy as np

    chosen = _highest(worth, number)
    chosen = chosen[row[chosen] > 0]
    found.append((np.full(len(chosen), seeker), chosen, row[chosen]))


def violated(
    rows: ScoreRows, wanted: NDArray[np.int64], proof: Proof, most: NDArray[np.int64], number: int = VIOLATED_AT_ONCE
) -> Candidates:
    """Pairs worth more than both sides ask: of each seeker the worst violations, and pairs that are chosen already.

    Chosen pairs may be worth more, too; that is why `most` more than `number` are taken.
    """
    import numpy as np

    found: list[tuple[Any, Any, Any]] = []
    net = np.empty(rows.width, np.float32)
    above = np.empty(rows.width, bool)
    asked = np.minimum(proof.paid, OUT_OF_REACH).astype(np.float32)
    for seeker, row in rows.of(wanted):
        own = int(proof.seeker_price[seeker])
        if own < -SMALL:
            hits = np.flatnonzero(row)
        else:
            np.subtract(row, asked, out=net)
            np.greater(net, own, out=above)
            hits = np.flatnonzero(above)
        if not len(hits):
            continue
        gain = row[hits].astype(np.int64)
        worth = gain - proof.paid[hits] - own
        is_worse = (worth > 0) & (gain > 0)
        hits, gain, worth = hits[is_worse], gain[is_worse], worth[is_worse]
        if len(hits) > (wider := number + int(most[seeker])):
            chosen = np.argpartition(worth, len(worth) - wider)[len(worth) - wider :]
            hits, gain = hits[chosen], gain[chosen]
        found.append((np.full(len(hits), seeker), hits, gain))
    return gathered(found)


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
