"""Which pairs the allocation may choose from: for each seeker the best, and others spread over the open postings.

The best alone would be the same forty postings for all who are alike, and their openings would not go round (the
county once saw one opening promised to four hundred people); the spread ones are drawn by score and by openings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.postings.columns import Inputs
from services.postings.gating import Fit, closed_between, closed_to
from services.postings.scoring import Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

BEST, SPREAD = 24, 16
BLOCK_CELLS = 1_000_000


@dataclass(frozen=True)
class Candidates:
    """`passing` counts, for each seeker of the run, the postings that pass the gate and still have room."""

    seeker: NDArray[np.int64]
    posting: NDArray[np.int64]
    passing: NDArray[np.int64]


class Pruner:
    """Scores block by block, so that memory stays the same however many seekers there are."""

    def __init__(self, inputs: Inputs, fit: Fit, scorer: Scorer) -> None:
        import numpy as np

        self._inputs, self._fit, self._scorer = inputs, fit, scorer
        self._excluded = np.zeros(len(inputs.seekers), dtype=bool)
        for closed in closed_to(inputs.seekers, inputs.today).values():
            self._excluded |= closed
        order = np.argsort(inputs.barred_seeker, kind="stable")
        self._barred_seeker = inputs.barred_seeker[order]
        self._barred_posting = inputs.barred_posting[order]

    def prune(self, *, seed: int, best: int = BEST, spread: int = SPREAD) -> Candidates:
        """The candidates of every seeker."""
        import numpy as np

        room = self._inputs.postings.room
        noise = np.random.default_rng(seed).standard_exponential(4 * max(len(room), 1), dtype=np.float32)
        passing = np.zeros(len(self._inputs.seekers), dtype=np.int64)
        found: list[tuple[Any, Any]] = []
        for rows, score in self._blocks(np.flatnonzero(~self._excluded), room > 0):
            passing[rows] = (score > 0).sum(axis=1)
            found.append(_best(rows, score, best))
            if spread and score.shape[1] > best:
                found.append(_spread(rows, score, found[-1], room, noise, best=best, spread=spread))
        return _gathered(found, passing)

    def extend(self, short: NDArray[np.int64], room: NDArray[np.int64], *, best: int) -> Candidates:
        """Further candidates for the seekers still short, among the postings that have room left."""
        import numpy as np

        passing = np.zeros(len(self._inputs.seekers), dtype=np.int64)
        found = [_best(rows, score, best) for rows, score in self._blocks(short[~self._excluded[short]], room > 0)]
        return _gathered(found, passing)

    def _blocks(self, wanted: NDArray[np.int64], open_to: NDArray[np.bool_]) -> Iterator[tuple[Any, Any]]:
        """Blocks of seekers with their scores for all postings; 0 where a gate is closed."""
        import numpy as np

        inputs = self._inputs
        every = inputs.postings.at(np.s_[None, :])
        height = max(1, BLOCK_CELLS // max(len(inputs.postings), 1))
        for start in range(0, len(wanted), height):
            rows = wanted[start : start + height]
            block = inputs.seekers.at(np.s_[rows, None])
            score = self._scorer.block(block, every)
            for closed in closed_between(block, every, self._fit, inputs.today).values():
                np.copyto(score, 0, where=closed)
            score[:, ~open_to] = 0
            first, last = np.searchsorted(self._barred_seeker, [rows[0], rows[-1] + 1])
            row_of = np.searchsorted(rows, self._barred_seeker[first:last])
            inside = rows[np.minimum(row_of, len(rows) - 1)] == self._barred_seeker[first:last]
            score[row_of[inside], self._barred_posting[first:last][inside]] = 0
            yield rows, score


def _best(rows: Any, score: Any, number: int) -> tuple[Any, Any]:
    """The `number` best of each row, of those that pass."""
    import numpy as np

    number = min(number, score.shape[1])
    if not number or not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    columns = np.argpartition(score, score.shape[1] - number, axis=1)[:, score.shape[1] - number :]
    passes = np.take_along_axis(score, columns, axis=1) > 0
    return np.repeat(rows, number)[passes.ravel()], columns.ravel()[passes.ravel()]


def _spread(rows: Any, score: Any, taken: Any, room: Any, noise: Any, *, best: int, spread: int) -> tuple[Any, Any]:
    """A draw without replacement from the others, weighted by room and by the square of the score.

    The smallest of exponential times over weight is such a draw; each row reads the same noise from another start.
    """
    import numpy as np

    width = score.shape[1]
    left = score.copy()
    left[np.searchsorted(rows, taken[0]), taken[1]] = 0
    starts = (rows * 7919) % (len(noise) - width + 1)
    time = np.lib.stride_tricks.sliding_window_view(noise, width)[starts]
    left *= left
    left *= room.astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(left, time, out=left)
    return _best(rows, left, min(spread, width - best))


def _gathered(found: list[tuple[Any, Any]], passing: Any) -> Candidates:
    import numpy as np

    seeker = np.concatenate([pair[0] for pair in found]) if found else np.empty(0, np.int64)
    posting = np.concatenate([pair[1] for pair in found]) if found else np.empty(0, np.int64)
    order = np.lexsort((posting, seeker))
    return Candidates(seeker[order].astype(np.int64), posting[order].astype(np.int64), passing)
