"""Hearing every event: it is appended to the log, linked into its worker's chain, and counted.

The handler hears everything, so it only adds rows; they are written together at the end of the inbox's batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.ledger.chains import link
from services.ledger.deriving import PEOPLE_TOPICS, Derived, derive, outpost_of, township_of
from services.ledger.models import Chain, Generation, KnownAgreement, Proof, Received
from shared.contracts.base import Envelope
from shared.contracts.ledger import Essential
from shared.kit import envelopes
from shared.kit.session import Session

# Hearing holds it shared; a rebuild takes it alone for the moment in which its generation becomes the one that is read.
REBUILD_LOCK = 7_311_001
_KEPT = "ledger.hearing"


@dataclass
class Hearing:
    """What one transaction knows of the chains that it has touched, so that none is read twice."""

    generation: int
    chains: dict[UUID, Chain] = field(default_factory=dict)
    proofs: dict[tuple[UUID, Essential], Proof | None] = field(default_factory=dict)


def hear(session: Session, envelope: Envelope) -> None:
    """Append one event. The log keeps the text exactly as it was hashed."""
    with session.no_autoflush:
        hearing = _hearing(session)
        text = envelopes.dump(envelope)
        chain = _chain(session, hearing, envelope.worker_id) if envelope.worker_id is not None else None
        division = township_of(envelope, chain.division if chain else None)
        entry = Received(
            event_id=envelope.event_id,
            topic=envelope.topic,
            at=envelope.at,
            outpost=outpost_of(envelope),
            division=division,
            worker_id=envelope.worker_id,
            envelope=text,
        )
        if chain is not None:
            entry.previous_hash = chain.head
            entry.hash = chain.head = link(chain.head, text)
            chain.entries += 1
            _know(chain, envelope)
        session.add(entry)
        derived = Derived()
        derive(derived, envelope, division, hearing.generation)
        _store(session, hearing, derived)


def _hearing(session: Session) -> Hearing:
    """Taken once a transaction: the shared lock, and the generation that is read now."""
    known: Hearing | None = session.info.get(_KEPT)
    if known is None:
        session.exec(select(func.pg_advisory_xact_lock_shared(REBUILD_LOCK)))
        known = session.info[_KEPT] = Hearing(current_generation(session))
    return known


def current_generation(session: Session) -> int:
    return session.exec(select(Generation.current)).one()


def _chain(session: Session, hearing: Hearing, worker_id: UUID) -> Chain:
    """The worker's chain, its row locked until the commit: one writer a worker."""
    chain = hearing.chains.get(worker_id)
    if chain is None:
        chain = session.exec(select(Chain).where(Chain.worker_id == worker_id).with_for_update()).one_or_none()
        if chain is None:
            chain = Chain(worker_id=worker_id)
            session.add(chain)
        hearing.chains[worker_id] = chain
    return chain


def _know(chain: Chain, envelope: Envelope) -> None:
    if envelope.topic in PEOPLE_TOPICS:
        chain.division = envelope.body["division"]
    elif envelope.topic == "worker.merged":
        chain.merged_into = UUID(envelope.body["into_worker_id"])


def _store(session: Session, hearing: Hearing, derived: Derived) -> None:
    session.add_all(derived.figures)
    for key, proof in derived.proofs.items():
        known = _proof(session, hearing, key)
        if known is not None and proof is not None:
            for name, value in proof.model_dump(exclude={"generation", "worker_id", "essential"}).items():
                setattr(known, name, value)
        elif proof is not None:
            session.add(proof)
            hearing.proofs[key] = proof
        elif known is not None:
            _drop(session, known)
            hearing.proofs[key] = None
    for agreement in derived.agreements.values():
        held = session.get(KnownAgreement, (hearing.generation, agreement.agreement_id))
        if held is None:
            session.add(agreement)
        else:
            held.event_id, held.at, held.state = agreement.event_id, agreement.at, agreement.state


def _proof(session: Session, hearing: Hearing, key: tuple[UUID, Essential]) -> Proof | None:
    if key not in hearing.proofs:
        worker_id, essential = key
        hearing.proofs[key] = session.exec(
            select(Proof).where(
                Proof.generation == hearing.generation,
                Proof.worker_id == worker_id,
                col(Proof.essential) == essential,
            )
        ).one_or_none()
    return hearing.proofs[key]


def _drop(session: Session, proof: Proof) -> None:
    if proof in session.new:
        session.expunge(proof)
    else:
        session.delete(proof)
        session.flush()
