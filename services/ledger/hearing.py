"""Hearing every event: it is appended to the log, linked into its worker's chain, and counted.

The handler hears everything, so it only notes the event; all that came in one batch of the inbox is linked, counted
and written together when the batch is flushed, with one question to the database for all its chains.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, event, func, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.ledger.chains import link
from services.ledger.deriving import PEOPLE_TOPICS, Derived, derive, division_of, outpost_of
from services.ledger.models import Chain, FigureEntry, Generation, KnownAgreement, Proof, Received
from shared.contracts.base import Envelope
from shared.kit import envelopes
from shared.kit.session import Session

# Hearing holds it shared; a rebuild takes it alone for the moment in which its generation becomes the one that is read.
REBUILD_LOCK = 7_311_001
_KEPT = "ledger.hearing"
PROOF_KEY = ("generation", "worker_id", "essential")
AGREEMENT_KEY = ("generation", "agreement_id")


@dataclass
class Hearing:
    """One transaction's events that wait for the flush, and the chains that it has locked."""

    generation: int
    waiting: list[tuple[Received, Envelope]] = field(default_factory=list)
    chains: dict[UUID, Chain] = field(default_factory=dict)


def hear(session: Session, envelope: Envelope) -> None:
    """Append one event. The log keeps the text exactly as it is hashed."""
    hearing = _hearing(session)
    entry = Received(
        event_id=envelope.event_id,
        topic=envelope.topic,
        at=envelope.at,
        outpost=outpost_of(envelope),
        worker_id=envelope.worker_id,
        envelope=envelopes.dump(envelope),
    )
    session.add(entry)
    hearing.waiting.append((entry, envelope))


def current_generation(session: Session) -> int:
    return session.exec(select(Generation.current)).one()


def _hearing(session: Session) -> Hearing:
    """Made once a transaction, which from then on holds the shared lock and reads one generation."""
    known: Hearing | None = session.info.get(_KEPT)
    if known is None:
        session.exec(select(func.pg_advisory_xact_lock_shared(REBUILD_LOCK)))
        known = session.info[_KEPT] = Hearing(current_generation(session))
        event.listen(session, "before_flush", _link_and_count)
    return known


def _link_and_count(session: Session, _context: Any, _instances: Any) -> None:
    """Link what waits into its chains, in the order in which it came, and write what follows from it."""
    hearing: Hearing = session.info[_KEPT]
    waiting, hearing.waiting = hearing.waiting, []
    if not waiting:
        return
    with session.no_autoflush:
        _lock_chains(session, hearing, {entry.worker_id for entry, _ in waiting if entry.worker_id is not None})
        derived = Derived()
        for entry, envelope in waiting:
            chain = hearing.chains[entry.worker_id] if entry.worker_id is not None else None
            entry.division = division_of(envelope.worker_id, envelope.body, chain.division if chain else None)
            if chain is not None:
                entry.previous_hash = chain.head
                entry.hash = chain.head = link(chain.head, entry.envelope)
                chain.entries += 1
                _know(chain, envelope)
            derive(derived, envelope, entry.division, hearing.generation)
        _store(session, hearing.generation, derived)


def _lock_chains(session: Session, hearing: Hearing, worker_ids: set[UUID]) -> None:
    """Lock the workers' chains until the commit (one writer a worker), beginning those that are new."""
    unknown = worker_ids - hearing.chains.keys()
    if not unknown:
        return
    for chain in session.exec(
        select(Chain).where(col(Chain.worker_id).in_(unknown)).order_by(col(Chain.worker_id)).with_for_update()
    ):
        hearing.chains[chain.worker_id] = chain
    for worker_id in unknown - hearing.chains.keys():
        hearing.chains[worker_id] = Chain(worker_id=worker_id)
        session.add(hearing.chains[worker_id])


def _know(chain: Chain, envelope: Envelope) -> None:
    if envelope.topic in PEOPLE_TOPICS:
        chain.division = envelope.body["division"]
    elif envelope.topic == "worker.merged":
        chain.merged_into = UUID(envelope.body["into_worker_id"])


def _store(session: Session, generation: int, derived: Derived) -> None:
    """Add figures; write the last word on each proof and agreement over what was there."""
    if derived.figures:
        session.execute(insert(FigureEntry), derived.figures)
    gone = [key for key, proof in derived.proofs.items() if proof is None]
    if gone:
        session.execute(
            delete(Proof)
            .where(col(Proof.generation) == generation, tuple_(col(Proof.worker_id), col(Proof.essential)).in_(gone))
            .execution_options(synchronize_session=False)
        )
    _write_over(session, Proof, PROOF_KEY, [proof for proof in derived.proofs.values() if proof is not None])
    _write_over(session, KnownAgreement, AGREEMENT_KEY, list(derived.agreements.values()))


def _write_over(session: Session, table: type[Any], keys: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
