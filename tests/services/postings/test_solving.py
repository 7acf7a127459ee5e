"""A whole solution: the best over all pairs that pass the gate, proved by prices, and a fair report of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.postings.allocation import AllocationProblem, allocate
from services.postings.columns import Inputs
from services.postings.fairness import congestion, fairness_of, gini
from services.postings.gating import closed_between, closed_to
from services.postings.score_rows import MILLION, ScoreRows
from services.postings.scoring import Scorer, fit_of
from services.postings.solving import Solution, figures_of, solve
from tests.services.postings.generated import generated_inputs


def every_pair(inputs: Inputs) -> AllocationProblem:
    """The problem with no pair left out, made without the pruning that is under test."""
    fit = fit_of(inputs.words)
    scorer = Scorer(fit, inputs.weights)
    found = [(seeker, row.copy()) for seeker, row in ScoreRows(inputs, fit, scorer).of(np.arange(len(inputs.seekers)))]
    pairs = [(s, int(p), float(row[p])) for s, row in found for p in np.flatnonzero(row)]
    share = inputs.request.employer_share
    sought = inputs.request.maximum * len(inputs.seekers)
    return AllocationProblem(
        seeker=np.array([pair[0] for pair in pairs]),
        posting=np.array([pair[1] for pair in pairs]),
        score=np.array([pair[2] for pair in pairs]) / MILLION,
        need=np.maximum(inputs.request.minimum - inputs.seekers.kept, 0).astype(np.int64),
        most=np.maximum(inputs.request.maximum - inputs.seekers.kept, 0).astype(np.int64),
        room=inputs.postings.room.astype(np.int64),
        employer=inputs.postings.employer.astype(np.int64) if share else None,
        employer_room=np.full(len(inputs.employer_ids), int(share * sought)) if share else None,
        scale=MILLION,
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("openings", "share"), [(2, None), (4, 0.08), (12, None)])
def test_pruning_loses_nothing(seed: int, openings: int, share: float | None) -> None:
    inputs = generated_inputs(250, 120, seed=seed, mean_openings=openings, employer_share=share)
    solution, whole = solve(inputs), allocate(every_pair(inputs))
    assert solution.gap == 0
    assert solution.short.sum() == whole.short.sum()
    assert solution.candidates < 250 * 120 / 3
    mine = np.rint(solution.parts["score"].astype(np.float64) * MILLION).sum()
    assert mine == pytest.approx(whole.score * MILLION, rel=3e-6)


def test_a_run_cut_short_says_how_far_it_may_be_from_the_best() -> None:
    inputs = generated_inputs(400, 200, mean_openings=2)
    cut, best = solve(inputs, max_rounds=1), solve(inputs)
    assert best.rounds > 1
    assert best.gap == 0
    given_up = best.parts["score"].sum() - cut.parts["score"].sum()
    more_short = cut.short.sum() - best.short.sum()
    assert given_up > 0 or more_short > 0
    assert cut.gap >= given_up / best.parts["score"].sum() > 0


def test_a_run_may_end_at_a_gap_that_was_accepted() -> None:
    inputs = generated_inputs(400, 200, mean_openings=2)
    best = solve(inputs)
    early = solve(replace(inputs, request=inputs.request.model_copy(update={"accepted_gap": 0.01})))
    assert early.rounds <= best.rounds
    assert 0 <= early.gap <= 0.01
    assert early.parts["score"].sum() >= best.parts["score"].sum() * (1 - 0.01)


def test_rows_say_the_same_as_gates_and_parts_of_single_pairs() -> None:
    inputs = generated_inputs(120, 90)
    inputs = replace(inputs, barred_seeker=np.array([3, 3, 70]), barred_posting=np.array([5, 8, 1]))
    fit = fit_of(inputs.words)
    scorer = Scorer(fit, inputs.weights)
    rows = {seeker: row.copy() for seeker, row in ScoreRows(inputs, fit, scorer).of(np.arange(120))}
    for seeker in range(120):
        one, every = inputs.seekers.at(np.full(90, seeker)), inputs.postings
        closed = np.zeros(90, bool)
        for gate in (*closed_to(one, inputs.today).values(), *closed_between(one, every, fit, inputs.today).values()):
            closed |= gate
        closed[inputs.barred_posting[inputs.barred_seeker == seeker]] = True
        wanted = np.where(closed, 0, scorer.parts(one, every)["score"] * MILLION)
        wanted[wanted < inputs.weights.least_score * MILLION] = 0
        assert rows.get(seeker, np.zeros(90)) == pytest.approx(wanted, abs=4)


@pytest.fixture(scope="module")
def scarce() -> tuple[Inputs, Solution]:
    inputs = generated_inputs(500, 150, mean_openings=4)
    return inputs, solve(inputs)


class TestFairness:
    def test_the_simpler_ways_promise_one_opening_to_many(self, scarce: tuple[Inputs, Solution]) -> None:
        report = fairness_of(*scarce)
        run, two, five = report["run"], report["naive_minimum"], report["naive_maximum"]
        assert run["offers_per_opening_max"] <= 3 < two["offers_per_opening_max"] < five["offers_per_opening_max"]
        assert run["congestion"] < two["congestion"]
        assert run["congestion"] < five["congestion"]
        assert run["gini"] < two["gini"]
        assert run["orphan_share"] < two["orphan_share"]
        assert run["coverage"] == two["coverage"]
        assert report["score_given_up"] > 0

    def test_groups_are_counted_whole_and_compared(self, scarce: tuple[Inputs, Solution]) -> None:
        inputs, _ = scarce
        groups = fairness_of(*scarce)["groups"]
        for trait in ("sex", "age", "disability", "township"):
            assert sum(group["seekers"] for group in groups[trait]["groups"]) == len(inputs.seekers)
            assert 0 <= groups[trait]["coverage_gap"] <= 1
        women = groups["sex"]["groups"][0]
        assert (women["name"], women["seekers"]) == ("female", int(inputs.seekers.is_female.sum()))

    def test_figures_agree_with_the_report(self, scarce: tuple[Inputs, Solution]) -> None:
        figures, report = figures_of(*scarce), fairness_of(*scarce)["run"]
        assert figures["congestion"] == report["congestion"]
        assert figures["max_offers_per_opening"] == report["offers_per_opening_max"]
        assert figures["recommendations"] == report["offers"]
        assert figures["mean_score"] == pytest.approx(report["mean_score"], abs=1e-5)


def test_gini_is_nothing_for_equals_and_near_one_for_one_who_has_all() -> None:
    assert gini([2, 2, 2, 2]) == pytest.approx(0)
    assert gini([0] * 99 + [5]) == pytest.approx(0.99)
    assert gini([]) == 0
    assert gini([0, 0]) == 0


def test_congestion_is_least_when_all_get_the_same() -> None:
    assert congestion([5, 5, 5, 5]) == pytest.approx(-1)
    assert congestion([9, 0, 0, 0]) == 0
    assert -1 < congestion([9, 1, 1, 1]) < 0
    assert congestion([]) == 0
