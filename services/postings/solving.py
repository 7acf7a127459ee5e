"""From a run's stored inputs to its allocation: the same inputs always give the same offers."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.postings.allocation import Allocation, AllocationProblem, allocate, congestion
from services.postings.candidates import BEST, SPREAD, Candidates, Pruner
from services.postings.columns import Inputs
from services.postings.gating import Fit
from services.postings.scoring import Scorer, fit_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXTENSIONS, EXTENDED_BY = 3, 200


@dataclass(frozen=True)
class Solution:
    """Offer `n` is posting `posting[n]` to seeker `seeker[n]`; `parts` explain its score. `short` is by seeker."""

    seeker: NDArray[np.int64]
    posting: NDArray[np.int64]
    parts: dict[str, NDArray[np.float32]]
    short: NDArray[np.int64]
    passing: NDArray[np.int64]
    candidates: int
    gap: float
    fit: Fit
    seconds_score: float
    seconds_solve: float

    @property
    def digest(self) -> str:
        """SHA-256 over the pairs in order: two runs made the same offers exactly when it is equal."""
        return hashlib.sha256(self.seeker.tobytes() + b"/" + self.posting.tobytes()).hexdigest()


def solve(inputs: Inputs) -> Solution:
    """Prune, score, allocate; then let those still short choose among everything that has room left."""
    import numpy as np

    started = time.perf_counter()
    fit = fit_of(inputs.words)
    scorer = Scorer(fit, inputs.weights)
    pruner = Pruner(inputs, fit, scorer)
    room = inputs.postings.room
    request = inputs.request
    spread = max(SPREAD, 2 * request.maximum)
    best = max(BEST, 2 * request.maximum)
    candidates = pruner.prune(seed=request.seed, best=best, spread=spread)
    scored = time.perf_counter()
    problem = _problem(inputs, candidates, scorer)
    allocation = allocate(problem)
    for _ in range(EXTENSIONS):
        short = np.flatnonzero(allocation.short)
        if not len(short):
            break
        used = np.bincount(problem.posting[allocation.chosen], minlength=len(room))
        further = pruner.extend(short, room - used, best=EXTENDED_BY)
        larger = _merged(candidates, further)
        if len(larger.seeker) == len(candidates.seeker):
            break
        candidates = larger
        problem = _problem(inputs, candidates, scorer)
        allocation = allocate(problem)
    return _solution(inputs, candidates, problem, allocation, fit, scorer, scored - started, scored)


def _problem(inputs: Inputs, candidates: Candidates, scorer: Scorer) -> AllocationProblem:
    import numpy as np

    request, postings = inputs.request, inputs.postings
    kept = inputs.seekers.kept.astype(np.int64)
    pairs = scorer.parts(inputs.seekers.at(candidates.seeker), postings.at(candidates.posting))
    employer = employer_room = None
    if request.employer_share is not None:
        sought = request.maximum * len(inputs.seekers)
        largest = max(1, int(request.employer_share * sought))
        employer = postings.employer.astype(np.int64)
        employer_room = np.maximum(largest - inputs.employer_kept, 0)
    return AllocationProblem(
        seeker=candidates.seeker,
        posting=candidates.posting,
        score=pairs["score"].astype(np.float64),
        need=np.maximum(request.minimum - kept, 0),
        most=np.maximum(request.maximum - kept, 0),
        room=postings.room.astype(np.int64),
        employer=employer,
        employer_room=employer_room,
    )


def _merged(candidates: Candidates, further: Candidates) -> Candidates:
    import numpy as np

    width = int(max(candidates.posting.max(initial=0), further.posting.max(initial=0))) + 1
    keys = np.union1d(candidates.seeker * width + candidates.posting, further.seeker * width + further.posting)
    return Candidates(keys // width, keys % width, candidates.passing)


def _solution(
    inputs: Inputs,
    candidates: Candidates,
    problem: AllocationProblem,
    allocation: Allocation,
    fit: Fit,
    scorer: Scorer,
    seconds_score: float,
    scored_at: float,
) -> Solution:
    seeker, posting = candidates.seeker[allocation.chosen], candidates.posting[allocation.chosen]
    return Solution(
        seeker=seeker,
        posting=posting,
        parts=scorer.parts(inputs.seekers.at(seeker), inputs.postings.at(posting)),
        short=allocation.short,
        passing=candidates.passing,
        candidates=len(problem.seeker),
        gap=allocation.gap,
        fit=fit,
        seconds_score=seconds_score,
        seconds_solve=time.perf_counter() - scored_at,
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
        "digest": solution.digest,
    }
