"""Storing a run's offers in bulk, each checked once more against what happened since the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from sqlalchemy import Float, Text, Uuid, cast, column, delete, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import col

from services.postings import snapshots
from services.postings.columns import Inputs
from services.postings.gating import excluded_by_gate
from services.postings.models import JobPosting
from services.postings.offering import live_offers
from services.postings.offers import Recommendation, Seeker, Uncovered
from services.postings.reasons import Reasons
from services.postings.remedies import Remedies
from shared.contracts import postings as c
from shared.kit.jobs import JobRun
from shared.kit.session import Session
from shared.kit.tables import new_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from services.postings.solving import Solution

AT_ONCE = 20_000
_GIVEN: dict[str, Any] = {
    "id": Uuid(),
    "worker_id": Uuid(),
    "division": Text(),
    "posting_id": Uuid(),
    "employer_id": Uuid(),
    "score": Float(),
    "parts": JSONB(),
    "reason": Text(),
}


def store_offers(run: JobRun, inputs: Inputs, solution: Solution, weights_version: int | None) -> int:
    """Store every offer that still holds and publish it; how many do not hold any more.

    The position reached is saved with each batch, so that a run that crashed goes on where it was.
    """
    import numpy as np

    total = len(solution.seeker)
    done, dropped = int(run.checkpoint.get("stored", 0)), int(run.checkpoint.get("dropped", 0))
    reasons = Reasons()
    while done < total:
        run.raise_if_cancelled()
        upto = min(done + AT_ONCE, total)
        if upto < total:
            # A seeker's offers stay together: the batch ends before the last seeker it would cut in two.
            upto = max(done + 1, int(np.searchsorted(solution.seeker, solution.seeker[upto])))
        with run.transaction() as session:
            dropped += _Batch(session, run.id, inputs, solution, weights_version, reasons).store(done, upto)
            run.save({"stored": upto, "dropped": dropped}, done=upto, total=total, step="store", session=session)
        done = upto
    return dropped


@dataclass(frozen=True)
class Offers:
    """Offers that were not found by a run, in the same form."""

    seeker: NDArray[np.int64]
    posting: NDArray[np.int64]
    parts: dict[str, NDArray[np.float32]]


def store_at_once(
    session: Session, matching_id: UUID, inputs: Inputs, offers: Offers, weights_version: int | None
) -> int:
    """Store and publish a few offers in the caller's transaction; how many still held."""
    number = len(offers.seeker)
    return number - _Batch(session, matching_id, inputs, offers, weights_version, Reasons()).store(0, number)


class _Batch:
    """One transaction's offers. Postings are locked in the order of their ids, as everywhere."""

    def __init__(
        self,
        session: Session,
        matching_id: UUID,
        inputs: Inputs,
        solution: Solution | Offers,
        weights_version: int | None,
        reasons: Reasons,
    ) -> None:
        self._session, self._matching_id, self._inputs, self._solution = session, matching_id, inputs, solution
        self._weights_version, self._reasons = weights_version, reasons

    def store(self, first: int, upto: int) -> int:
        workers = [self._inputs.worker_ids[n] for n in self._solution.seeker[first:upto].tolist()]
        posting_ids = [self._inputs.posting_ids[n] for n in self._solution.posting[first:upto].tolist()]
        seekers = self._seeking(set(workers))
        postings = self._lockable(set(posting_ids))
        room = self._room(postings)
        rows: list[dict[str, Any]] = []
        parts = _rounded(self._solution.parts, first, upto)
        for offer, worker_id, posting_id in zip(parts, workers, posting_ids, strict=True):
            if worker_id not in seekers or room.get(posting_id, 0) < 1:
                continue
            room[posting_id] -= 1
            rows.append(self._row(offer, seekers[worker_id], postings[posting_id]))
        stored = self._insert(rows) if rows else set()
        told: dict[UUID, list[dict[str, Any]]] = {}
        for row in rows:
            if row["id"] in stored:
                told.setdefault(row["worker_id"], []).append(row)
        for made in told.values():
            self._session.publish(_made(made, postings))
        return (upto - first) - len(stored)

    def _seeking(self, worker_ids: set[UUID]) -> dict[UUID, Any]:
        """What reasons need of those who are still seekers and still agree."""
        wanted = ("worker_id", "division", "skills", "wanted_occupations", "expected_wage_cents")
        statement = (
            snapshots.seeking()
            .with_only_columns(*(getattr(Seeker, name) for name in wanted))
            .where(col(Seeker.worker_id).in_(worker_ids), col(Seeker.automated_matching))
            .order_by(col(Seeker.worker_id))
            .with_for_update(read=True)
        )
        return {seeker.worker_id: seeker for seeker in self._session.execute(statement)}

    def _lockable(self, posting_ids: set[UUID]) -> dict[UUID, Any]:
        """What a batch needs of its postings, locked against orders and changes until it is stored."""
        statement = (
            select(*snapshots.OFFERED)
            .where(col(JobPosting.id).in_(posting_ids))
            .order_by(col(JobPosting.id))
            .with_for_update(key_share=True)
        )
        return {posting.id: posting for posting in self._session.execute(statement)}

    def _room(self, postings: dict[UUID, Any]) -> dict[UUID, int]:
        live = live_offers(self._session, set(postings))
        per_opening = self._inputs.request.offers_per_opening
        return {
            found.id: per_opening * (found.openings - found.openings_taken) - live.get(found.id, 0)
            for found in postings.values()
            if snapshots.why_not_offerable(found, self._inputs.today) is None
        }

    def _row(self, parts: dict[str, float], seeker: Any, posting: Any) -> dict[str, Any]:
        return {
            "id": new_id(),
            "worker_id": seeker.worker_id,
            "division": seeker.division,
            "posting_id": posting.id,
            "employer_id": posting.employer_id,
            "score": parts.pop("score"),
            "parts": parts,
            "reason": self._reasons.of(seeker, posting),
        }

    def _insert(self, rows: list[dict[str, Any]]) -> set[UUID]:
        """One statement and one parameter for all rows; an offer that is live already (stored before a crash) stays."""
        given = (
            func.jsonb_to_recordset(cast(literal(orjson.dumps(rows).decode(), Text), JSONB))
            .table_valued(*(column(name, kind) for name, kind in _GIVEN.items()))
            .render_derived(name="given", with_types=True)
        )
        same = {
            "matching_id": literal(self._matching_id, Uuid()),
            "source": literal(c.RecommendationSource.matching.value),
            "state": literal(c.RecommendationState.offered.value),
            "weights_version": literal(self._weights_version),
            "made_by": literal("matching"),
            "made_at": literal(self._session.now),
            "changed_at": literal(self._session.now),
        }
        statement = (
            insert(Recommendation)
            .from_select(
                [*_GIVEN, *same], select(*(given.c[name] for name in _GIVEN), *same.values()), include_defaults=False
            )
            .on_conflict_do_nothing()
            .returning(col(Recommendation.id))
        )
        return set(self._session.execute(statement).scalars())


def _made(rows: list[dict[str, Any]], postings: dict[UUID, Any]) -> c.RecommendationMade:
    """One worker's new offers, the best first: all are told at once, so that nobody is told five times."""
    first, *others = (
        {
            "recommendation_id": row["id"],
            "posting_id": row["posting_id"],
            "employer_id": row["employer_id"],
            "outpost": postings[row["posting_id"]].outpost,
            "score": row["score"],
        }
        for row in sorted(rows, key=lambda row: -row["score"])
    )
    further = [c.FurtherOffer.model_construct(None, **other) for other in others]
    return c.RecommendationMade(worker_id=rows[0]["worker_id"], further=further, further_offers=len(further), **first)


def _rounded(parts: dict[str, Any], first: int, upto: int) -> Iterator[dict[str, float]]:
    """Each offer's parts and score to four places."""
    import numpy as np

    names = list(parts)
    columns = [np.round(parts[name][first:upto].astype(np.float64), 4).tolist() for name in names]
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def store_uncovered(run: JobRun, inputs: Inputs, solution: Solution) -> None:
    """Who lacks offers, and why: too few postings pass the gate, or those that pass are promised to others."""
    import numpy as np

    short = np.flatnonzero(solution.short)
    remedies = Remedies(inputs, solution)
    rows = [_uncovered(run.id, inputs, solution, remedies, int(seeker)) for seeker in short]
    for start in range(0, max(len(rows), 1), AT_ONCE):
        with run.transaction() as session:
            if not start:
                session.execute(delete(Uncovered).where(col(Uncovered.matching_id) == run.id))
            ids = [row["worker_id"] for row in rows[start : start + AT_ONCE]]
            known = select(col(Seeker.worker_id), col(Seeker.division)).where(col(Seeker.worker_id).in_(ids))
            divisions = {found.worker_id: found.division for found in session.execute(known)}
            for row in rows[start : start + AT_ONCE]:
                if row["worker_id"] in divisions:
                    session.add(Uncovered(**row, division=divisions[row["worker_id"]]))


def _uncovered(
    matching_id: UUID, inputs: Inputs, solution: Solution, remedies: Remedies, seeker: int
) -> dict[str, Any]:
    passing, gates = excluded_by_gate(
        inputs, seeker, solution.fit, lambda one, every: solution.scorer.parts(one, every)["score"]
    )
    lacking = int(solution.short[seeker])
    is_capacity = passing >= lacking
    return {
        "matching_id": matching_id,
        "worker_id": inputs.worker_ids[seeker],
        "offers": inputs.request.minimum - lacking,
        "candidates": passing,
        "reason": c.UncoveredReason.capacity if is_capacity else c.UncoveredReason.no_candidate,
        "gate": None if is_capacity or not gates else max(gates, key=lambda gate: gates[gate]),
        "gates": {gate.value: count for gate, count in gates.items()},
        "helps": remedies.of(seeker),
    }
