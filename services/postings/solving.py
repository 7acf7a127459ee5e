"""From a run's stored inputs to its allocation: the same inputs always give the same offers."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.postings.allocation import Allocation, AllocationProblem, allocate, gap_over
from services.postings.candidates import BEST, Candidates, FirstLook, first_look, violated
from services.postings.columns import Inputs
from services.postings.fairness import congestion
from services.postings.gating import Fit
from services.postings.score_rows import MILLION, ScoreRows
from services.postings.scoring import Scorer, fit_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_ROUNDS = 60
# A tenth of the seekers, with a tenth of the room, tell what postings will cost; fewer would tell nothing.
SAMPLE_SHARE, SAMPLE_FROM, SAMPLE_ROUNDS = 10, 2_000, 4

# Told before each round: its number and how many pairs there are to choose from. It may raise to end the run.
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Solution:
    """Offer `n` is posting `posting[n]` to seeker `seeker[n]`; `parts` explain its score. `short` is by seeker."""

    seeker: NDArray[np.int64]
    posting: NDArray[np.int64]
    parts: dict[str, NDArray[np.float32]]
    short: NDArray[np.int64]
    candidates: int
    rounds: int
    gap: float
    favourites: Candidates
    reached: NDArray[np.bool_]
    fit: Fit
    scorer: Scorer
    seconds_score: float
    seconds_solve: float

    @property
    def digest(self) -> str:
        """SHA-256 over the pairs in order: two runs made the same offers exactly when it is equal."""
        return hashlib.sha256(self.seeker.tobytes() + b"/" + self.posting.tobytes()).hexdigest()


def solve(inputs: Inputs, told: Told = lambda _round, _pairs: None, max_rounds: int = MAX_ROUNDS) -> Solution:
    """The best allocation over all pairs that pass the gate; `gap` is 0 when the prices prove that it is."""
    started = time.perf_counter()
    fit = fit_of(inputs.words)
    scorer = Scorer(fit, inputs.weights)
    search = _Search(inputs, ScoreRows(inputs, fit, scorer), told)
    look = search.look(search.guessed_prices())
    scored = time.perf_counter()
    candidates, allocation, rounds, gap = search.allocate(look.candidates, max_rounds)
    seeker, posting = candidates.seeker[allocation.chosen], candidates.posting[allocation.chosen]
    return Solution(
        seeker=seeker,
        posting=posting,
        parts=scorer.parts(inputs.seekers.at(seeker), inputs.postings.at(posting)),
        short=allocation.short,
        candidates=len(candidates),
        rounds=rounds,
        gap=gap,
        favourites=look.favourites,
        reached=look.reached,
        fit=fit,
        scorer=scorer,
        seconds_score=scored - started,
        seconds_solve=time.perf_counter() - scored,
    )


class _Search:
    """The needs and rooms of some seekers, and rounds of allocation and pricing over them."""

    def __init__(self, inputs: Inputs, rows: ScoreRows, told: Told) -> None:
        import numpy as np

        request, postings = inputs.request, inputs.postings
        kept = inputs.seekers.kept.astype(np.int64)
        self._inputs, self._rows, self._told = inputs, rows, told
        self.need = np.maximum(request.minimum - kept, 0)
        self.most = np.maximum(request.maximum - kept, 0)
        self.room = postings.room.astype(np.int64)
        self.employer: NDArray[np.int64] | None = None
        self.employer_room: NDArray[np.int64] | None = None
        if request.employer_share is not None:
            sought = request.maximum * len(inputs.seekers)
            largest = max(1, int(request.employer_share * sought))
            self.employer = postings.employer.astype(np.int64)
            self.employer_room = np.maximum(largest - inputs.employer_kept, 0)

    @property
    def wanted(self) -> NDArray[np.int64]:
        import numpy as np

        return np.flatnonzero(self.most)

    def look(self, price: NDArray[np.int64]) -> FirstLook:
        maximum = self._inputs.request.maximum
        return first_look(self._rows, self.wanted, price, best=max(BEST, 2 * maximum), favourites=maximum)

    def guessed_prices(self) -> NDArray[np.int64]:
        """What postings cost where a sample of the seekers shares a part of the room; nothing for a small run."""
        import numpy as np

        size = len(self.wanted) // SAMPLE_SHARE
        free = np.zeros(len(self.room), np.int64)
        if size < SAMPLE_FROM // SAMPLE_SHARE:
            return free
        random = np.random.default_rng(self._inputs.request.seed)
        some = np.zeros(len(self.need), bool)
        some[random.choice(self.wanted, size, replace=False)] = True
        sample = _Search(self._inputs, self._rows, self._told)
        sample.need, sample.most = self.need * some, self.most * some
        sample.room = (self.room + random.integers(0, SAMPLE_SHARE, len(self.room))) // SAMPLE_SHARE
        if self.employer_room is not None:
            sample.employer_room = -(-self.employer_room // SAMPLE_SHARE)
        _, allocation, _, _ = sample.allocate(sample.look(free).candidates, SAMPLE_ROUNDS)
        return np.minimum(allocation.proof.paid, MILLION)

    def allocate(self, candidates: Candidates, max_rounds: int) -> tuple[Candidates, Allocation, int, float]:
        """Rounds until no pair is left that is worth more than its prices, and the gap that is left then."""
        near: Allocation | None = None
        for done in range(1, max_rounds + 1):
            self._told(done, len(candidates))
            near = allocation = allocate(self._problem(candidates), near)
            found = violated(self._rows, self.wanted, allocation.proof, self.most)
            further = candidates.joined(found)
            if len(further) == len(candidates):
                return candidates, allocation, done, allocation.gap
            if done == max_rounds or self._inputs.request.accepted_gap:
                gap = gap_over(self._problem(further), allocation)
                if done == max_rounds or gap <= self._inputs.request.accepted_gap:
                    return candidates, allocation, done, gap
            # What the first prices put out of reach is left out once; should it be wanted again, it is found again.
            candidates = candidates.near(allocation.chosen, allocation.proof).joined(found) if done == 1 else further
        raise ValueError("a search has at least one round")

    def _problem(self, candidates: Candidates) -> AllocationProblem:
        return AllocationProblem(
            seeker=candidates.seeker,
            posting=candidates.posting,
            score=candidates.gain / MILLION,
            need=self.need,
            most=self.most,
            room=self.room,
            employer=self.employer,
            employer_room=self.employer_room,
            scale=MILLION,
        )


def figures_of(inputs: Inputs, solution: Solution) -> dict[str, Any]:
    """What the run reports about the allocation. Offers that were live before count with those made now."""
    import numpy as np

    postings = inputs.postings
    made = np.bincount(solution.posting, minlength=len(postings))
    offers = made + postings.live
    uncovered = int((solution.short > 0).sum())
    loads = offers / np.maximum(postings.openings, 1)
    return {
        "seekers": len(inputs.seekers),
        "covered": len(inputs.seekers) - uncovered,
        "uncovered": uncovered,
        "recommendations": len(solution.seeker),
        "kept": int(inputs.seekers.kept.sum()),
        "postings": len(postings),
        "postings_used": int((offers > 0).sum()),
        "postings_left_out": inputs.left_out,
        "max_offers_per_opening": round(float(loads.max(initial=0.0)), 3),
        "congestion": round(congestion(offers), 6),
        "mean_score": round(float(solution.parts["score"].mean()), 6) if len(solution.seeker) else None,
        "optimality_gap": solution.gap,
        "candidates": solution.candidates,
        "rounds": solution.rounds,
        "digest": solution.digest,
    }
