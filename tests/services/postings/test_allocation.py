"""The allocation: never above a cap, never worse than the linear programme, and short only where nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from services.postings.allocation import AllocationProblem, allocate
from services.postings.columns import Inputs, pack, unpack
from services.postings.gating import closed_between, closed_to, excluded_by_gate
from services.postings.solving import Solution, solve
from tests.services.postings.generated import generated_inputs

SCORES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@st.composite
def problems(draw: st.DrawFn) -> AllocationProblem:
    seekers, postings = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    pairs = [(s, p) for s in range(seekers) for p in range(postings)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs)))
    need = draw(st.lists(st.integers(0, 3), min_size=seekers, max_size=seekers))
    extra = draw(st.lists(st.integers(0, 3), min_size=seekers, max_size=seekers))
    employers = draw(st.integers(1, 3))
    has_employers = draw(st.booleans())
    return AllocationProblem(
        seeker=np.array([s for s, _ in chosen], dtype=np.int64),
        posting=np.array([p for _, p in chosen], dtype=np.int64),
        score=np.array([draw(SCORES) for _ in chosen], dtype=np.float64),
        need=np.array(need, dtype=np.int64),
        most=np.array(need, dtype=np.int64) + np.array(extra, dtype=np.int64),
        room=np.array(draw(st.lists(st.integers(0, 4), min_size=postings, max_size=postings)), dtype=np.int64),
        employer=np.arange(postings) % employers if has_employers else None,
        employer_room=np.array(draw(st.lists(st.integers(0, 5), min_size=employers, max_size=employers)))
        if has_employers
        else None,
    )


def lp_optimum(problem: AllocationProblem, weight: float) -> float:
    """The best of score - weight x missing offers, by HiGHS over fractions: no whole solution can be better."""
    solver = pywraplp.Solver.CreateSolver("HIGHS_LP")
    offer = [solver.NumVar(0, 1, "") for _ in problem.seeker]
    missing = [solver.NumVar(0, float(need), "") for need in problem.need]
    for seeker in range(len(problem.need)):
        mine = sum(x for x, s in zip(offer, problem.seeker, strict=True) if s == seeker)
        solver.Add(mine + missing[seeker] >= float(problem.need[seeker]))
        solver.Add(mine + 0 * missing[seeker] <= float(problem.most[seeker]))
    for posting in range(len(problem.room)):
        given_out = [x for x, p in zip(offer, problem.posting, strict=True) if p == posting]
        if given_out:
            solver.Add(sum(given_out) <= float(problem.room[posting]))
    if problem.employer is not None and problem.employer_room is not None:
        for employer, room in enumerate(problem.employer_room):
            theirs = [x for x, p in zip(offer, problem.posting, strict=True) if problem.employer[p] == employer]
            if theirs:
                solver.Add(sum(theirs) <= float(room))
    worth = sum(float(score) * x for score, x in zip(problem.score, offer, strict=True))
    solver.Maximize(worth - weight * sum(missing))
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return float(solver.Objective().Value())


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_cap_is_ever_broken(problem: AllocationProblem) -> None:
    found = allocate(problem)
    seekers, postings = problem.seeker[found.chosen], problem.posting[found.chosen]
    offers = np.bincount(seekers, minlength=len(problem.need))
    given_out = np.bincount(postings, minlength=len(problem.room))
    assert (offers <= problem.most).all()
    assert (given_out <= problem.room).all()
    if problem.employer is not None and problem.employer_room is not None:
        theirs = np.bincount(problem.employer[postings], minlength=len(problem.employer_room))
        assert (theirs <= problem.employer_room).all()
    assert (found.short == np.maximum(problem.need - offers, 0)).all()


@settings(max_examples=80, deadline=None)
@given(problems())
def test_it_reaches_the_linear_programmes_optimum_and_proves_it(problem: AllocationProblem) -> None:
    found = allocate(problem)
    weight = 100.0
    assert found.score - weight * found.short.sum() == pytest.approx(lp_optimum(problem, weight), abs=1e-6)
    assert found.gap == pytest.approx(0, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_coverage_comes_before_score(problem: AllocationProblem) -> None:
    found = allocate(problem)
    whatever_the_score = allocate(replace(problem, score=1 - problem.score))
    assert whatever_the_score.short.sum() == found.short.sum()
    assert problem.score[whatever_the_score.chosen].sum() <= found.score + 1e-9


@pytest.fixture(scope="module")
def solved() -> tuple[Inputs, Solution]:
    inputs = generated_inputs(400, 120, mean_openings=4)
    return inputs, solve(inputs)


class TestGeneratedCounty:
    def test_every_seeker_has_two_or_a_reason(self, solved: tuple[Inputs, Solution]) -> None:
        inputs, solution = solved
        offers = np.bincount(solution.seeker, minlength=len(inputs.seekers))
        for seeker in np.flatnonzero(offers < 2):
            passing, gates = excluded_by_gate(inputs, int(seeker), solution.fit)
            assert passing > offers[seeker] or gates

    def test_no_offer_passes_a_closed_gate(self, solved: tuple[Inputs, Solution]) -> None:
        inputs, solution = solved
        seekers = inputs.seekers.at(solution.seeker)
        postings = inputs.postings.at(solution.posting)
        for closed in closed_to(seekers, inputs.today).values():
            assert not closed.any()
        for closed in closed_between(seekers, postings, solution.fit, inputs.today).values():
            assert not closed.any()

    def test_offers_to_an_opening_stay_within_three(self, solved: tuple[Inputs, Solution]) -> None:
        inputs, solution = solved
        made = np.bincount(solution.posting, minlength=len(inputs.postings))
        assert (made <= 3 * inputs.postings.openings).all()

    def test_stored_inputs_give_the_same_offers_again(self, solved: tuple[Inputs, Solution]) -> None:
        inputs, solution = solved
        assert solve(unpack(pack(inputs))).digest == solution.digest

    def test_an_employer_gets_no_more_than_its_share(self) -> None:
        inputs = generated_inputs(200, 60, mean_openings=30, employer_share=0.25)
        solution = solve(inputs)
        theirs = np.bincount(inputs.postings.employer[solution.posting])
        assert theirs.max() <= 0.25 * inputs.request.maximum * len(inputs.seekers)
