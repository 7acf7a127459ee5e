"""Other weights on the inputs of a finished run: what would be offered instead, before anybody adopts them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import col, select

from services.postings.columns import Inputs, unpack
from services.postings.offers import Matching
from shared.contracts import postings as c
from shared.contracts.base import JobState
from shared.contracts.errors import NOT_FOUND
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session

if TYPE_CHECKING:
    from services.postings.solving import Solution

FIGURES = ("seekers", "covered", "uncovered", "recommendations", "postings_used", "congestion", "optimality_gap")


@job("weights_comparison")
def compare_run(run: JobRun) -> dict[str, Any]:
    """Solve the same inputs under the run's own weights and under the others."""
    from services.postings.solving import solve

    with run.transaction() as session:
        matching_id = UUID(run.params["matching_id"])
        matching = session.exec(select(Matching).where(col(Matching.id) == matching_id)).one()
        stored: dict[str, Any] = matching.inputs or {}
        version = matching.weights_version
    inputs = unpack(run.kit.blobs.read(stored["hash"]))
    other = replace(inputs, weights=c.ScoringWeights.model_validate(run.params["weights"]))

    def tell(number: int, pairs: int) -> None:
        run.raise_if_cancelled()
        run.save(step=f"solve: round {number}, {pairs} pairs")

    now = solve(inputs, told=tell)
    then = solve(other, told=tell)
    return {
        "matching_id": run.params["matching_id"],
        "weights_version": version,
        "weights": other.weights.model_dump(mode="json"),
        "weights_of_run": inputs.weights.model_dump(mode="json"),
        "of_run": _summary(inputs, now),
        "of_others": _summary(other, then),
        "same_offers": _same(now, then),
    }


def compare_scoring_weights(session: Session, command: c.CompareScoringWeights) -> JobState:
    """Raises NOT_FOUND, MATCHING_NOT_FINISHED."""
    matching = session.get(Matching, command.matching_id)
    if matching is None:
        raise NOT_FOUND(what="matching")
    if matching.digest is None:
        raise c.MATCHING_NOT_FINISHED(matching_id=str(matching.id))
    params = {"matching_id": str(matching.id), "weights": command.weights.model_dump(mode="json")}
    return submit(session, compare_run, params)


def _summary(inputs: Inputs, solution: Solution) -> dict[str, Any]:
    """Figures that mean the same under any weights, and how good the offers are part by part; scores do not compare."""
    from services.postings.fairness import fairness_of
    from services.postings.solving import figures_of

    figures = figures_of(inputs, solution)
    spread = fairness_of(inputs, solution)["run"]
    parts = {name: float(values.mean()) for name, values in solution.parts.items() if len(values)}
    return {
        **{name: figures[name] for name in FIGURES},
        "gini": spread["gini"],
        "orphans": spread["orphans"],
        "offers_per_opening_p95": spread["offers_per_opening_p95"],
        "parts": {name: round(mean, 4) for name, mean in parts.items()},
    }


def _same(now: Solution, then: Solution) -> float:
    """Which share of the run's offers would be made under the other weights too."""
    import numpy as np

    if not len(now.seeker):
        return 1.0
    width = int(max(now.posting.max(initial=0), then.posting.max(initial=0))) + 1
    kept = np.isin(now.seeker * width + now.posting, then.seeker * width + then.posting)
    return round(float(kept.mean()), 4)
