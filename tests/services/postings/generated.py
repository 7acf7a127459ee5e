"""Generated inputs of a matching run: plausible seekers and postings as columns, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from services.postings.columns import ELSEWHERE, HOME, Inputs, Postings, Seekers, Words
from services.postings.gating import limit_bits
from shared.contracts.postings.matching import MatchingRequest, ScoringWeights
from shared.reference import occupations

TODAY = date(2026, 3, 2)


def generated_inputs(
    seekers: int, postings: int, *, seed: int = 1, per_opening: int = 3, mean_openings: int = 10, **request: Any
) -> Inputs:
    """Seekers with one to three of sixty trades, postings that ask for them; a third say nothing of their wage."""
    random = np.random.default_rng(seed)
    trades = [code for code in occupations() if code.startswith(("4-", "6-")) and code.count("-") == 3]
    trades = [trades[n] for n in sorted(random.choice(len(trades), min(60, len(trades)), replace=False))]
    openings = 1 + random.poisson(mean_openings - 1, postings).astype(np.int32)
    requirements: list[list[list[str]]] = [[], *([[trade]] for trade in trades[:20])]
    return Inputs(
        request=MatchingRequest(offers_per_opening=per_opening, seed=seed, **request),
        weights=ScoringWeights(),
        today=TODAY,
        seekers=_seekers(random, seekers, len(trades)),
        postings=_postings(random, openings, per_opening, len(trades), len(requirements)),
        words=Words(
            skills=_skill_sets(trades),
            wishes=[[], *([(trade, 5)] for trade in trades)],
            occupations=["", *trades],
            requirements=requirements,
            townships=["", *(f"52263110{n}" for n in range(1, 10))],
        ),
        worker_ids=[UUID(int=n + 1) for n in range(seekers)],
        posting_ids=[UUID(int=n + 1) for n in range(postings)],
        employer_ids=[UUID(int=n + 1) for n in range(max(postings // 10, 1))],
        barred_seeker=np.empty(0, np.int64),
        barred_posting=np.empty(0, np.int64),
        employer_kept=np.zeros(max(postings // 10, 1), np.int64),
        left_out={},
    )


def _skill_sets(trades: list[str]) -> list[list[tuple[str, int]]]:
    single = [[(trade, 2)] for trade in trades]
    double = [[(trade, 1), (trades[(n + 7) % len(trades)], 3)] for n, trade in enumerate(trades)]
    return [[], *single, *double]


def _seekers(random: Any, count: int, trades: int) -> Seekers:
    return Seekers(
        birth_year=random.integers(1966, 2009, count).astype(np.int16),
        education=random.integers(-1, 6, count).astype(np.int8),
        wishes_place=(random.integers(0, 128, count) & random.integers(0, 128, count)).astype(np.int16),
        wants_out=random.random(count) < 0.8,
        wants_local=random.random(count) < 0.3,
        wage=(random.integers(0, 4, count) * 150_000).astype(np.float32),
        ready_on=np.where(random.random(count) < 0.1, TODAY.toordinal() + 20, 0).astype(np.int32),
        limits=np.where(random.random(count) < 0.1, limit_bits(["night_shift"]), 0).astype(np.int16),
        may_match=random.random(count) < 0.99,
        skills=random.integers(0, 1 + 2 * trades, count).astype(np.int32),
        wishes=np.where(random.random(count) < 0.3, random.integers(1, 1 + trades, count), 0).astype(np.int32),
        kept=np.zeros(count, np.int16),
        township=random.integers(1, 10, count).astype(np.int32),
        is_female=random.random(count) < 0.45,
        is_disabled=random.random(count) < 0.05,
    )


def _postings(random: Any, openings: Any, per_opening: int, trades: int, requirements: int) -> Postings:
    count = len(openings)
    occupation = random.integers(0, 1 + trades, count).astype(np.int32)
    strict = random.random(count) < 0.3
    return Postings(
        employer=random.integers(0, max(count // 10, 1), count).astype(np.int32),
        occupation=occupation,
        place=random.choice([*range(HOME), HOME, ELSEWHERE], count).astype(np.int8),
        wage=np.where(random.random(count) < 0.3, 0, random.integers(300_000, 900_000, count)).astype(np.float32),
        min_age=random.choice([0, 16, 18], count).astype(np.int16),
        max_age=random.choice([999, 45, 55], count).astype(np.int16),
        education=random.choice([-1, -1, 2, 3], count).astype(np.int8),
        requirement=np.where(strict & (occupation < requirements), occupation, 0).astype(np.int32),
        demands=np.where(random.random(count) < 0.2, limit_bits(["heavy_lifting"]), 0).astype(np.int16),
        at_night=random.random(count) < 0.3,
        is_heavy=random.random(count) < 0.1,
        living=random.choice([0.0, 0.5, 1.0], count).astype(np.float32),
        security=random.choice([0.3, 1.0], count).astype(np.float32),
        closes_on=np.full(count, TODAY.toordinal() + 60, np.int32),
        openings=openings,
        live=np.zeros(count, np.int32),
        room=(openings * per_opening).astype(np.int32),
    )
