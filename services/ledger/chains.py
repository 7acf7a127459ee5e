"""The hash chain of one worker: each entry's hash covers the envelope as it came and the hash before it."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlmodel import col, select

from services.ledger.models import GENESIS, Chain, Received
from shared.contracts import ledger as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session


def link(previous: str, envelope: str) -> str:
    return hashlib.sha256(f"{previous}\n{envelope}".encode()).hexdigest()


def verify_chain(session: Session, query: c.VerifyChain) -> c.ChainView:
    """Recompute one worker's chain from the log; raises NOT_FOUND where there is none."""
    chain = session.get(Chain, query.worker_id)
    if chain is None:
        raise NOT_FOUND(what="ledger", worker_id=str(query.worker_id))
    entries, head, broken_at = recompute(session, query.worker_id)
    is_intact = broken_at is None and head == chain.head and entries == chain.entries
    return c.ChainView(
        worker_id=query.worker_id, entries=entries, is_intact=is_intact, broken_at=broken_at, head=chain.head
    )


def recompute(session: Session, worker_id: UUID) -> tuple[int, str, int | None]:
    """How many entries there are, where their chain ends, and the first sequence that does not fit."""
    rows = session.exec(
        select(Received.sequence, Received.envelope, Received.previous_hash, Received.hash)
        .where(Received.worker_id == worker_id)
        .order_by(col(Received.sequence))
    )
    head, entries, broken_at = GENESIS, 0, None
    for sequence, envelope, previous_hash, given in rows:
        entries += 1
        if broken_at is None and (previous_hash != head or given != link(head, envelope)):
            broken_at = sequence
        head = link(head, envelope)
    return entries, head, broken_at
