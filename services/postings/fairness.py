"""Who gains by a run and who does not, and how the offers spread over the openings (公平性与拥挤度).

The same figures are made of two simpler ways on the same data: each seeker's two best, and each seeker's best as far
as the maximum reaches. Both keep the promise of two postings on paper while one opening is promised to hundreds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.postings.columns import Inputs
from services.postings.score_rows import MILLION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from services.postings.candidates import Candidates
    from services.postings.solving import Solution

    Flags = NDArray[np.bool_]

SENIOR_AGE = 45
# A township of fewer seekers says more of them than of the run.
ENOUGH_SEEKERS = 20


def fairness_of(inputs: Inputs, solution: Solution) -> dict[str, Any]:
    """The report of a run: what it made, what the simpler ways would have made, and the gaps between groups."""
    import numpy as np

    request, kept = inputs.request, inputs.seekers.kept.astype(np.int64)
    made = np.rint(solution.parts["score"].astype(np.float64) * MILLION)
    need, most = np.maximum(request.minimum - kept, 0), np.maximum(request.maximum - kept, 0)
    two, all_best = _favourites(solution.favourites, need), _favourites(solution.favourites, most)
    return {
        "run": _spread(inputs, solution.reached, solution.seeker, solution.posting, made),
        "naive_minimum": _spread(inputs, solution.reached, *two),
        "naive_maximum": _spread(inputs, solution.reached, *all_best),
        "groups": _groups(inputs, solution.seeker, made),
        "score_given_up": _given_up(all_best[2], made),
    }


def congestion(offers: Any) -> float:
    """Σ p ln p / ln n over the n postings, where p is a posting's share of the offers.

    -1 when all get the same, 0 when one gets all (ReCon, RecSys 2023: lower is better); 0 for fewer than two.
    """
    import numpy as np

    counts = np.asarray(offers, dtype=np.float64)
    total = counts.sum()
    if len(counts) < 2 or total == 0:
        return 0.0
    share = counts[counts > 0] / total
    return float((share * np.log(share)).sum() / np.log(len(counts)))


def gini(values: Any) -> float:
    """0 when all have the same, towards 1 when one has all."""
    import numpy as np

    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total, count = ordered.sum(), len(ordered)
    if not total:
        return 0.0
    return float(2 * (np.arange(1, count + 1) * ordered).sum() / (count * total) - (count + 1) / count)


def _favourites(best: Candidates, number: Any) -> tuple[Any, Any, Any]:
    """Each seeker's best pairs, as many as it is to get."""
    import numpy as np

    order = np.lexsort((best.posting, -best.gain, best.seeker))
    seeker = best.seeker[order]
    starts = np.flatnonzero(np.r_[True, seeker[1:] != seeker[:-1]]) if len(seeker) else np.empty(0, np.int64)
    rank = np.arange(len(seeker)) - np.repeat(starts, np.diff(np.r_[starts, len(seeker)]))
    wanted = rank < number[seeker]
    return seeker[wanted], best.posting[order][wanted], best.gain[order][wanted].astype(np.float64)


def _spread(inputs: Inputs, reached: Any, seeker: Any, posting: Any, gain: Any) -> dict[str, Any]:
    """Offers by opening, with those that were live before."""
    import numpy as np

    postings = inputs.postings
    offers = np.bincount(posting, minlength=len(postings)) + postings.live
    loads = offers / np.maximum(postings.openings, 1)
    has = np.bincount(seeker, minlength=len(inputs.seekers)) + inputs.seekers.kept
    used = loads[offers > 0]
    orphans = int((reached & (offers == 0)).sum())
    return {
        "offers": len(seeker),
        "coverage": _share(int((has >= inputs.request.minimum).sum()), len(has)),
        "posting_coverage": _share(int((offers > 0).sum()), len(postings)),
        "offers_per_opening_p50": _percentile(used, 50),
        "offers_per_opening_p95": _percentile(used, 95),
        "offers_per_opening_max": round(float(loads.max(initial=0.0)), 3),
        "congestion": round(congestion(offers), 6),
        "gini": round(gini(offers), 6),
        "orphans": orphans,
        "orphan_share": _share(orphans, int(reached.sum())),
        "mean_score": round(float(gain.mean()) / MILLION, 6) if len(gain) else None,
    }


def _groups(inputs: Inputs, seeker: Any, gain: Any) -> dict[str, Any]:
    """Coverage and mean score by sex, age, disability and township, and the largest distance within each."""
    import numpy as np

    seekers = inputs.seekers
    old = inputs.today.year - seekers.birth_year >= SENIOR_AGE
    traits: dict[str, dict[str, Flags]] = {
        "sex": {"female": seekers.is_female, "male": ~seekers.is_female},
        "age": {"45_and_over": old, "under_45": ~old},
        "disability": {"disabled": seekers.is_disabled, "others": ~seekers.is_disabled},
        "township": {name: seekers.township == number for number, name in enumerate(inputs.words.townships) if name},
    }
    has = np.bincount(seeker, minlength=len(seekers)) + seekers.kept
    covered = has >= inputs.request.minimum
    number = np.bincount(seeker, minlength=len(seekers))
    total = np.bincount(seeker, weights=gain, minlength=len(seekers))
    found: dict[str, Any] = {}
    for trait, members in traits.items():
        groups = [_group(name, of, covered, number, total) for name, of in members.items() if of.any()]
        compared = [group for group in groups if group["seekers"] >= ENOUGH_SEEKERS]
        found[trait] = {
            "groups": groups,
            "coverage_gap": _distance([group["coverage"] for group in compared]),
            "score_gap": _distance([group["mean_score"] for group in compared if group["mean_score"] is not None]),
        }
    return found


def _group(name: str, of: Any, covered: Any, number: Any, total: Any) -> dict[str, Any]:
    offers = int(number[of].sum())
    return {
        "name": name,
        "seekers": int(of.sum()),
        "coverage": _share(int(covered[of].sum()), int(of.sum())),
        "offers": offers,
        "mean_score": round(float(total[of].sum()) / offers / MILLION, 6) if offers else None,
    }


def _given_up(best: Any, made: Any) -> float | None:
    """How much lower the mean score is than if everybody got the own best: what it costs that openings go round."""
    if not len(best) or not len(made):
        return None
    return round(float(best.mean() - made.mean()) / MILLION, 6)


def _distance(values: list[float]) -> float | None:
    return round(max(values) - min(values), 6) if len(values) > 1 else None


def _percentile(values: Any, rank: int) -> float:
    import numpy as np

    return round(float(np.percentile(values, rank)), 3) if len(values) else 0.0


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 1.0
