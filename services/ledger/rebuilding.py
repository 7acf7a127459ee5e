"""The ledger from nothing: the log is replayed, and what is derived is made anew beside what is read.

The new generation becomes the one that is read in a single short transaction, after the events that came meanwhile.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, func
from sqlmodel import col, select

from services.ledger.hearing import REBUILD_LOCK, current_generation
from services.ledger.models import FigureEntry, Generation, KnownAgreement, LedgerCheck, Proof, Received
from services.ledger.replaying import Logged, Replay
from shared.contracts import ledger as c
from shared.contracts.base import JobState
from shared.kit.bulk import insert_rows
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session

BATCH = 4000
DERIVED = (FigureEntry, Proof, KnownAgreement)
# What two generations must agree in.
COMPARED: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (FigureEntry, ("event_id", "measure", "on_day", "amount", "outpost", "division")),
    (Proof, ("worker_id", "essential", "event_id", "order_id", "agreement_id", "outpost", "division")),
    (KnownAgreement, ("agreement_id", "event_id", "state")),
)


def rebuild_ledger(session: Session, command: c.RebuildLedger) -> JobState:
    return submit(session, rebuild, {})


def verify_ledger(session: Session, command: c.VerifyLedger) -> JobState:
    return submit(session, verify, {})


@job("ledger_verification")
def verify(run: JobRun) -> dict[str, Any]:
    """Recompute every chain and verify every publisher's signature."""
    replay = Replay(run.kit.keys)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        bound = _last(session)
    _replay(run, replay, bound)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        replay.take(_rows(session, bound, _last(session)))
        found = replay.findings(session)
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
    _replay(run, replay, bound)
    with run.transaction(as_service=True) as session:
        _hold_writers(session)
        replay.take(_rows(session, bound, _last(session)))
        _write_figures(session, replay)
        _write_rest(session, replay)
        found = replay.findings(session) | {"differs": _differences(session, current, generation)}
        session.get_one(Generation, True).current = generation
        session.add(LedgerCheck(id=run.id, kind="rebuild", at=session.now, found=found))
    with run.transaction(as_service=True) as session:
        for table in DERIVED:
            session.execute(delete(table).where(col(table.generation) == current))
    return found


def _replay(run: JobRun, replay: Replay, bound: int) -> None:
    run.save(step="replay", done=0, total=max(bound, 1))
    after = 0
    while after < bound:
        run.raise_if_cancelled()
        upto = min(after + BATCH, bound)
        with run.transaction(as_service=True) as session:
            replay.take(_rows(session, after, upto))
            _write_figures(session, replay)
        after = upto
        run.save(done=after)


def _hold_writers(session: Session) -> None:
    """Wait until no event is being heard, so that every sequence given out so far is visible."""
    session.exec(select(func.pg_advisory_xact_lock(REBUILD_LOCK)))


def _last(session: Session) -> int:
    return session.exec(select(func.max(Received.sequence))).one() or 0


def _rows(session: Session, after: int, upto: int) -> list[Logged]:
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
    )
    return [Logged._make(row) for row in session.execute(statement)]


def _write_figures(session: Session, replay: Replay) -> None:
    """Figures are written as the replay goes; proofs and agreements only once the last word on each is known."""
    insert_rows(session, FigureEntry, replay.derived.figures)
    replay.derived.figures.clear()


def _write_rest(session: Session, replay: Replay) -> None:
    proofs = [proof for proof in replay.derived.proofs.values() if proof is not None]
    agreements = list(replay.derived.agreements.values())
    for table, rows in ((Proof, proofs), (KnownAgreement, agreements)):
        for start in range(0, len(rows), BATCH):
            insert_rows(session, table, rows[start : start + BATCH])


def _differences(session: Session, old: int, new: int) -> int:
    """How many rows either generation has that the other has not; 0 is what a rebuild should find."""
    differing = 0
    for table, names in COMPARED:
        first, second = (
            sa.select(*(col(getattr(table, name)) for name in names)).where(col(table.generation) == generation)
            for generation in (old, new)
        )
        for one, other in ((first, second), (second, first)):
            missing = one.except_all(other).subquery()
            differing += session.execute(sa.select(func.count()).select_from(missing)).scalar_one()
    return differing
