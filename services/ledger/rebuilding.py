"""Replaying the log from nothing: chains and signatures are verified, what is derived is made anew beside the old.

The new generation becomes the one that is read in a single short transaction, after the events that came meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import delete, func, insert
from sqlmodel import col, select

from services.ledger.chains import link
from services.ledger.deriving import Derived, derive
from services.ledger.hearing import REBUILD_LOCK, current_generation
from services.ledger.models import GENESIS, Chain, FigureEntry, Generation, KnownAgreement, LedgerCheck, Proof, Received
from shared.contracts import ledger as c
from shared.contracts.base import JobState
from shared.kit import envelopes
from shared.kit.jobs import JobRun, job, submit
from shared.kit.keys import Keys
from shared.kit.session import Session

BATCH = 2000
DERIVED = (FigureEntry, Proof, KnownAgreement)


def rebuild_ledger(session: Session, command: c.RebuildLedger) -> JobState:
    return submit(session, rebuild, {})


def verify_ledger(session: Session, command: c.VerifyLedger) -> JobState:
    return submit(session, verify, {})


class Logged(NamedTuple):
    """An entry of the log, as a replay reads it."""

    sequence: int
    worker_id: UUID | None
    division: str | None
    envelope: str
    previous_hash: str | None
    hash: str | None


class Replay:
    """Goes through the log in its order, checking every link and every signature."""

    def __init__(self, keys: Keys, generation: int | None = None) -> None:
        self._keys = keys
        self._generation = generation
        self.heads: dict[UUID, tuple[int, str]] = {}
        self.entries = 0
        self.broken: list[int] = []
        self.forged: list[int] = []
        self.derived = Derived()

    def take(self, row: Logged) -> None:
        sequence = row.sequence
        self.entries += 1
        envelope = envelopes.load(row.envelope)
        try:
            envelopes.verify(self._keys, envelope)
        except envelopes.EnvelopeRefused:
            self.forged.append(sequence)
        if row.worker_id is not None:
            count, head = self.heads.get(row.worker_id, (0, GENESIS))
            linked = link(head, row.envelope)
            if row.previous_hash != head or row.hash != linked or envelope.worker_id != row.worker_id:
                self.broken.append(sequence)
            self.heads[row.worker_id] = (count + 1, linked)
        if self._generation is not None:
            derive(self.derived, envelope, row.division, self._generation)

    def differing_heads(self, session: Session) -> int:
        """Chains whose end is not where the log leads: an entry was cut off or added beside the log."""
        differing = 0
        seen = 0
        for worker_id, entries, head in session.exec(select(Chain.worker_id, Chain.entries, Chain.head)):
            seen += 1
            differing += self.heads.get(worker_id) != (entries, head)
        return differing + len(self.heads) - min(seen, len(self.heads))


@job("ledger_verification")
def verify(run: JobRun) -> dict[str, Any]:
    """Recompute every chain and verify every publisher's signature."""
    replay = Replay(run.kit.keys)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        bound = _last(session)
    _replay(run, replay, 0, bound)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        for row in _rows(session, bound, _last(session)):
            replay.take(row)
        found = _findings(session, replay)
        session.add(LedgerCheck(id=run.id, kind="verification", at=session.now, found=found))
    return found


@job("ledger_rebuild")
def rebuild(run: JobRun) -> dict[str, Any]:
    """Replay the log into a new generation, compare it with the one that is read, and read it from then on."""
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        current, bound = current_generation(session), _last(session)
        for table in DERIVED:
            session.execute(delete(table).where(col(table.generation) != current))
    generation = current + 1
    replay = Replay(run.kit.keys, generation)
    _replay(run, replay, 0, bound)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        for row in _rows(session, bound, _last(session)):
            replay.take(row)
        _write_figures(session, replay)
        _write_rest(session, replay)
        found = _findings(session, replay) | {"differs": _differences(session, current, generation)}
        session.get_one(Generation, True).current = generation
        for table in DERIVED:
            session.execute(delete(table).where(col(table.generation) == current))
        session.add(LedgerCheck(id=run.id, kind="rebuild", at=session.now, found=found))
    return found


def _replay(run: JobRun, replay: Replay, after: int, bound: int) -> None:
    run.save(step="replay", done=0, total=max(bound, 1))
    while after < bound:
        run.raise_if_cancelled()
        upto = min(after + BATCH, bound)
        with run.transaction(as_service=True) as session:
            for row in _rows(session, after, upto):
                replay.take(row)
            _write_figures(session, replay)
        after = upto
        run.save(done=after)


def _hold_writers(session: Session) -> None:
    """Wait until no event is being heard, so that every sequence given out so far is visible."""
    session.exec(select(func.pg_advisory_xact_lock(REBUILD_LOCK)))


def _last(session: Session) -> int:
    return session.exec(select(func.max(Received.sequence))).one() or 0


def _rows(session: Session, after: int, upto: int) -> Iterator[Logged]:
    statement = (
        sa.select(
            col(Received.sequence),
            col(Received.worker_id),
            col(Received.division),
            col(Received.envelope),
            col(Received.previous_hash),
            col(Received.hash),
        )
        .where(col(Received.sequence) > after, col(Received.sequence) <= upto)
        .order_by(col(Received.sequence))
        .execution_options(yield_per=BATCH)
    )
    for row in session.execute(statement):
        yield Logged(*row)


def _write_figures(session: Session, replay: Replay) -> None:
    """Figures are written as the replay goes; proofs and agreements only once the last word on each is known."""
    if replay.derived.figures:
        session.execute(insert(FigureEntry), replay.derived.figures)
        replay.derived.figures.clear()


def _write_rest(session: Session, replay: Replay) -> None:
    proofs = [proof for proof in replay.derived.proofs.values() if proof is not None]
    agreements = list(replay.derived.agreements.values())
    for table, rows in ((Proof, proofs), (KnownAgreement, agreements)):
        for start in range(0, len(rows), BATCH):
            session.execute(insert(table), rows[start : start + BATCH])


def _findings(session: Session, replay: Replay) -> dict[str, Any]:
    differing = replay.differing_heads(session)
    return {
        "entries": replay.entries,
        "chains": len(replay.heads),
        "broken": len(replay.broken),
        "first_broken": replay.broken[0] if replay.broken else None,
        "forged": len(replay.forged),
        "first_forged": replay.forged[0] if replay.forged else None,
        "differing_heads": differing,
        "is_intact": not (replay.broken or replay.forged or differing),
    }


def _differences(session: Session, old: int, new: int) -> int:
    """How many sums and proofs differ between two generations; 0 is what a rebuild should find."""
    figures = [
        {
            (measure, outpost, division, day): (amount, count)
            for measure, outpost, division, day, amount, count in session.execute(
                sa.select(
                    col(FigureEntry.measure),
                    col(FigureEntry.outpost),
                    col(FigureEntry.division),
                    col(FigureEntry.on_day),
                    func.sum(FigureEntry.amount),
                    func.count(),
                )
                .where(col(FigureEntry.generation) == generation)
                .group_by(
                    col(FigureEntry.measure),
                    col(FigureEntry.outpost),
                    col(FigureEntry.division),
                    col(FigureEntry.on_day),
                )
            )
        }
        for generation in (old, new)
    ]
    proofs = [
        Counter(
            (worker_id, essential, event_id)
            for worker_id, essential, event_id in session.execute(
                sa.select(col(Proof.worker_id), col(Proof.essential), col(Proof.event_id)).where(
                    col(Proof.generation) == generation
                )
            )
        )
        for generation in (old, new)
    ]
    changed = sum(figures[0].get(key) != figures[1].get(key) for key in {*figures[0], *figures[1]})
    return changed + len((proofs[0] - proofs[1]) + (proofs[1] - proofs[0]))
