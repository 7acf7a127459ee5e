"""Hearing every event: it is appended to the log, linked into its worker's chain, and counted.

The handler hears everything, so it only leaves the event for later; all that came in one batch of the inbox is linked,
counted and written together when the batch is flushed, by one statement a table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import delete, func, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.ledger.chains import link
from services.ledger.deriving import PEOPLE_TOPICS, Derived, derive, division_of, outpost_of
from services.ledger.models import GENESIS, Chain, FigureEntry, Generation, KnownAgreement, Proof, Received
from shared.contracts.base import Envelope
from shared.kit import envelopes
from shared.kit.bulk import insert_rows, update_rows
from shared.kit.session import Session

# Hearing holds it shared; a rebuild takes it alone for the moment in which its generation becomes the one that is read.
REBUILD_LOCK = 7_311_001
_KEPT = "ledger.hearing"
PROOF_KEY = ("generation", "worker_id", "essential")
AGREEMENT_KEY = ("generation", "agreement_id")


@dataclass
class End:
    """The end of a worker's chain while this transaction adds to it; its row is locked, or not there yet."""

    entries: int = 0
    head: str = GENESIS
    division: str | None = None
    merged_into: UUID | None = None
    is_new: bool = True


@dataclass
class Hearing:
    """What one transaction holds: the generation that it reads, and the chains that it has locked."""

    generation: int
    chains: dict[UUID, End] = field(default_factory=dict)


def hear(session: Session, envelope: Envelope) -> None:
    """Append one event. The log keeps the text exactly as it is hashed."""
    session.gather(_append, envelope)


def current_generation(session: Session) -> int:
    return session.exec(select(Generation.current)).one()


def _append(session: Session, heard: list[Envelope]) -> None:
    """Link events into their chains, in the order in which they came, and write what follows from them."""
    hearing = _hearing(session)
    worker_ids = {envelope.worker_id for envelope in heard if envelope.worker_id is not None}
    _lock_chains(session, hearing, worker_ids)
    derived = Derived()
    entries: list[dict[str, Any]] = []
    for envelope in heard:
        end = hearing.chains[envelope.worker_id] if envelope.worker_id is not None else None
        division = division_of(envelope.worker_id, envelope.body, end.division if end else None)
        text = envelopes.dump(envelope)
        before = end.head if end else None
        if end is not None:
            end.head = link(end.head, text)
            end.entries += 1
            _know(end, envelope)
        entry = {
            "event_id": envelope.event_id,
            "topic": envelope.topic,
            "at": envelope.at,
            "outpost": outpost_of(envelope),
            "division": division,
            "worker_id": envelope.worker_id,
            "envelope": text,
            "previous_hash": before,
            "hash": end.head if end else None,
        }
        entries.append(entry)
        derive(derived, envelope, division, hearing.generation)
    insert_rows(session, Received, entries)
    _write_ends(session, {worker_id: hearing.chains[worker_id] for worker_id in worker_ids})
    _store(session, hearing.generation, derived)


def _hearing(session: Session) -> Hearing:
    """Made once a transaction, which from then on holds the shared lock and reads one generation."""
    known: Hearing | None = session.info.get(_KEPT)
    if known is None:
        session.exec(select(func.pg_advisory_xact_lock_shared(REBUILD_LOCK)))
        known = session.info[_KEPT] = Hearing(current_generation(session))
    return known


def _lock_chains(session: Session, hearing: Hearing, worker_ids: set[UUID]) -> None:
    """Lock the workers' chains until the commit (one writer a worker), beginning those that are new."""
    unknown = worker_ids - hearing.chains.keys()
    if not unknown:
        return
    chain = Chain.__table__  # type: ignore[attr-defined]
    found = session.execute(
        sa.select(*(chain.c[name] for name in ("worker_id", "entries", "head", "division", "merged_into")))
        .where(chain.c.worker_id.in_(unknown))
        .order_by(chain.c.worker_id)
        .with_for_update()
    )
    for worker_id, entries, head, division, merged_into in found:
        hearing.chains[worker_id] = End(entries, head, division, merged_into, is_new=False)
    for worker_id in unknown - hearing.chains.keys():
        hearing.chains[worker_id] = End()


def _write_ends(session: Session, ends: dict[UUID, End]) -> None:
    """A new chain is inserted and nothing else: where another writer began it meanwhile, the batch is tried again."""
    begun: list[dict[str, Any]] = []
    grown: list[dict[str, Any]] = []
    for worker_id, end in sorted(ends.items()):
        row = {
            "worker_id": worker_id,
            "entries": end.entries,
            "head": end.head,
            "division": end.division,
            "merged_into": end.merged_into,
        }
        (begun if end.is_new else grown).append(row)
        end.is_new = False
    insert_rows(session, Chain, begun)
    update_rows(session, Chain, grown, key="worker_id")


def _know(end: End, envelope: Envelope) -> None:
    if envelope.topic in PEOPLE_TOPICS:
        end.division = envelope.body["division"]
    elif envelope.topic == "worker.merged":
        end.merged_into = UUID(envelope.body["into_worker_id"])


def _store(session: Session, generation: int, derived: Derived) -> None:
    """Add figures; write the last word on each proof and agreement over what was there."""
    insert_rows(session, FigureEntry, derived.figures)
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
