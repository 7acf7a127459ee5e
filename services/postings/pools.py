"""The pairs in play, and a bound on all that are not: it says which of them must be looked at again where prices fall.

Only those seekers are looked at whose bound no longer says enough, and only the postings whose prices fell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.postings.candidates import NOWHERE, OUT_OF_REACH, Candidates, FirstLook, gathered, shared_out
from services.postings.score_rows import ScoreRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FOUND_AT_ONCE = 64
# Seekers whose bound misses for so few postings are looked at against those alone.
FEW = (32, 128, 1024)
# With no more postings than this, many seekers are scored at once; rows of their own would be mostly overhead.
IN_BLOCKS, CELLS = 128, 500_000


class Pool:
    """The pairs in play, and a bound on all others: none is worth more than `beyond`, net of the `asked` prices."""

    def __init__(self, rows: ScoreRows, wanted: Ints, look: FirstLook, asked: Ints) -> None:
        self._rows, self._wanted = rows, rows.in_order(wanted)
        self.pairs = look.candidates
        self._asked, self._beyond = asked, look.beyond

    def renew(self, look: FirstLook, asked: Ints) -> None:
        """Take over a look at other prices; what was in play before stays."""
        self.pairs = self.pairs.joined(look.candidates)
        self._asked, self._beyond = asked, look.beyond

    def narrow(self, paid: Ints, floor: Ints) -> None:
        """Leave in play what is worth its seeker's floor at these prices; should the rest rise, it is found again."""
        import numpy as np

        kept = self.pairs.gain - paid[self.pairs.posting] >= floor[self.pairs.seeker]
        dropped = self.pairs.at(~kept)
        np.maximum.at(self._beyond, dropped.seeker, dropped.gain - self._asked[dropped.posting])
        self.pairs = self.pairs.at(kept)

    def widen(self, paid: Ints, least: Ints, margin: int) -> int:
        """Bring into play what is worth more than the seeker's least offer, and what nearly is; how many are more."""
        import numpy as np

        floor = self._within_bound(least, least - margin)
        found = self._outside(paid, floor)
        self.pairs = self.pairs.joined(found) if len(found) else self.pairs
        self._asked, self._beyond = paid, np.maximum(floor, self._left_out)
        return int((found.gain - paid[found.posting] > least[found.seeker]).sum())

    def _within_bound(self, least: Ints, floor: Ints) -> Ints:
        """No lower than what is known of all others, where that is enough: a margin is not worth a look at them all."""
        import numpy as np

        return np.maximum(floor, np.minimum(self._beyond, least))

    def _outside(self, paid: Ints, floor: Ints) -> Candidates:
        """Pairs not in play that are worth more than the floor: of each seeker the best, the rest below `_left_out`."""
        import numpy as np

        self._left_out = np.full(len(floor), NOWHERE, np.int64)
        fallen = self._asked - paid
        order = np.argsort(-fallen, kind="stable")
        ascending = np.sort(fallen)
        # A pair that is not in play needs a price that fell by more than this to be worth more than the floor.
        slack = floor[self._wanted] - self._beyond[self._wanted]
        number = len(fallen) - np.searchsorted(ascending, slack, side="right")
        found: list[tuple[Any, Any, Any]] = []
        lower = 0
        for upper in (*(few for few in FEW if few < len(fallen)), len(fallen)):
            some = self._wanted[(number > lower) & (number <= upper)]
            if len(some):
                postings = np.sort(order[:upper])
                rows = self._rows if upper == len(fallen) else self._rows.among(postings)
                found += self._above(rows, some, postings, paid, floor)
            lower = upper
        if not found:
            return gathered([])
        pairs = gathered(found)
        known, keys = np.append(self._keys(self.pairs), -1), self._keys(pairs)
        return pairs.at(known[np.searchsorted(known[:-1], keys)] != keys)

    def _above(
        self, rows: ScoreRows, some: Ints, postings: Ints, paid: Ints, floor: Ints
    ) -> list[tuple[Any, Any, Any]]:
        import numpy as np

        paid = paid[postings]
        asked = np.minimum(paid, OUT_OF_REACH).astype(np.float32)

        def in_blocks(rows: ScoreRows, some: Ints) -> list[tuple[Any, Any, Any]]:
            found: list[tuple[Any, Any, Any]] = []
            for part in np.array_split(some, -(-len(some) * rows.width // CELLS)):
                gain = rows.block(part).astype(np.int64)
                row, column = np.nonzero((gain - paid > floor[part][:, None]) & (gain >= rows.lowest))
                found.append((part[row], postings[column], gain[row, column]))
            return found

        def by_rows(rows: ScoreRows, some: Ints) -> list[tuple[Any, Any, Any]]:
            found: list[tuple[Any, Any, Any]] = []
            net = np.empty(rows.width, np.float32)
            for seeker, row in rows.unsifted(some):
                least = int(floor[seeker])
                np.subtract(row, asked, out=net)
                hits = np.flatnonzero(net > max(least, -OUT_OF_REACH - 1))
                gain = row[hits].astype(np.int64)
                worth = gain - paid[hits]
                is_above = (worth > least) & (gain >= rows.lowest)
                if not is_above.any():
                    continue
                hits, gain, worth = hits[is_above], gain[is_above], worth[is_above]
                if len(hits) > FOUND_AT_ONCE:
                    ranked = np.argpartition(worth, len(worth) - FOUND_AT_ONCE)
                    self._left_out[seeker] = worth[ranked[: len(worth) - FOUND_AT_ONCE]].max()
                    ranked = ranked[len(worth) - FOUND_AT_ONCE :]
                    hits, gain = hits[ranked], gain[ranked]
                found.append((np.full(len(hits), seeker), postings[hits], gain))
            return found

        look = in_blocks if rows.width <= IN_BLOCKS else by_rows
        return [pair for part in shared_out(rows, some, look) for pair in part]

    def _keys(self, pairs: Candidates) -> Ints:
        return pairs.seeker * len(self._asked) + pairs.posting
