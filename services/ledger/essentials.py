"""“八个一” of a worker and of a batch: which of the eight are there, by which event, and which are missing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exists, func
from sqlmodel import col, select

from services.ledger.hearing import current_generation
from services.ledger.models import Chain, KnownAgreement, Proof, Received
from services.ledger.proving import NAMES
from services.ledger.timeline import merged_ids
from shared.contracts import ledger as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session


def get_essentials(session: Session, query: c.GetEssentials) -> c.EssentialsView:
    """The eight with their proofs; raises NOT_FOUND for a worker the ledger never heard of."""
    if session.get(Chain, query.worker_id) is None:
        raise NOT_FOUND(what="ledger", worker_id=str(query.worker_id))
    proofs = _proofs(session, merged_ids(session, query.worker_id))
    by_essential = {proof.essential: proof for proof in proofs}
    items = [
        _agreement(session, by_essential.get(c.Essential.dispatch_order))
        if essential is c.Essential.agreement
        else _ledger(session, query.worker_id)
        if essential is c.Essential.ledger
        else _item(essential, by_essential.get(essential))
        for essential in c.Essential
    ]
    missing = [item.key for item in items if not item.is_present]
    return c.EssentialsView(
        worker_id=query.worker_id,
        present=len(items) - len(missing),
        is_complete=not missing,
        items=items,
        missing=missing,
    )


def list_essentials(session: Session, query: c.ListEssentials) -> Page[c.EssentialsRow]:
    """A batch: everybody of a division or an outpost, or every dispatched worker."""
    statement = batch(session, query.division, query.outpost, query.is_dispatched)
    if query.worker_ids is not None:
        statement = statement.where(col(Chain.worker_id).in_(query.worker_ids))
    if query.missing is not None:
        statement = statement.where(~_has(session, query.missing))
    found: Page[Chain] = page(
        session, statement, order=(col(Chain.worker_id).desc(),), request=query, view=lambda chain: chain
    )
    present = _present(session, [chain.worker_id for chain in found.items])
    return Page[c.EssentialsRow](
        items=[
            c.EssentialsRow(
                worker_id=chain.worker_id,
                division=chain.division,
                present=len(present[chain.worker_id]),
                missing=[essential for essential in c.Essential if essential not in present[chain.worker_id]],
            )
            for chain in found.items
        ],
        next_cursor=found.next_cursor,
    )


def summarize_essentials(session: Session, query: c.SummarizeEssentials) -> c.EssentialsSummary:
    """How many of a batch have each of the eight, and how many have all of them."""
    people = batch(session, query.division, query.outpost, query.is_dispatched)

    def count(statement: Any) -> int:
        return int(session.execute(sa.select(func.count()).select_from(statement.subquery())).scalar_one())

    workers = count(people)
    counts = [
        c.EssentialCount(key=essential, name=NAMES[essential], present=present, missing=workers - present)
        for essential in c.Essential
        for present in [count(people.where(_has(session, essential)))]
    ]
    complete = people
    for essential in c.Essential:
        complete = complete.where(_has(session, essential))
    return c.EssentialsSummary(workers=workers, complete=count(complete), counts=counts)


def batch(session: Session, division: str | None, outpost: OutpostCode | None, is_dispatched: bool | None) -> Any:
    """The people of a division, of an outpost, or of everywhere; each person once."""
    statement = select(Chain).where(col(Chain.merged_into).is_(None))
    if division:
        statement = statement.where(col(Chain.division).startswith(division, autoescape=True))
    ordered = _has(session, c.Essential.dispatch_order)
    if outpost:
        statement = statement.where(ordered.where(col(Proof.outpost) == outpost))
    elif is_dispatched is not None:
        statement = statement.where(ordered if is_dispatched else ~ordered)
    return statement


def _has(session: Session, essential: c.Essential) -> Any:
    """Whether the chain's worker has one of the eight. Whoever has a chain has a ledger."""
    if essential is c.Essential.ledger:
        return exists().where(col(Chain.entries) >= 0)
    generation = current_generation(session)
    shown_by = c.Essential.dispatch_order if essential is c.Essential.agreement else essential
    found = exists().where(
        col(Proof.generation) == generation,
        col(Proof.worker_id) == col(Chain.worker_id),
        col(Proof.essential) == shown_by,
    )
    if essential is not c.Essential.agreement:
        return found
    return found.where(
        col(KnownAgreement.generation) == generation,
        col(KnownAgreement.agreement_id) == col(Proof.agreement_id),
    )


def _present(session: Session, worker_ids: list[UUID]) -> dict[UUID, set[c.Essential]]:
    found: dict[UUID, set[c.Essential]] = defaultdict(set)
    proofs = _proofs(session, set(worker_ids))
    agreements = _agreements(session, {proof.agreement_id for proof in proofs if proof.agreement_id})
    for worker_id in worker_ids:
        found[worker_id].add(c.Essential.ledger)
    for proof in proofs:
        found[proof.worker_id].add(proof.essential)
        if proof.essential is c.Essential.dispatch_order and proof.agreement_id in agreements:
            found[proof.worker_id].add(c.Essential.agreement)
    return found


def _proofs(session: Session, worker_ids: set[UUID]) -> list[Proof]:
    """Of several records of one person the later proof counts."""
    return list(
        session.exec(
            select(Proof)
            .where(Proof.generation == current_generation(session), col(Proof.worker_id).in_(worker_ids))
            .order_by(col(Proof.at))
        )
    )


def _agreements(session: Session, agreement_ids: set[UUID]) -> dict[UUID, KnownAgreement]:
    rows = session.exec(
        select(KnownAgreement).where(
            KnownAgreement.generation == current_generation(session),
            col(KnownAgreement.agreement_id).in_(agreement_ids),
        )
    )
    return {row.agreement_id: row for row in rows}


def _agreement(session: Session, order: Proof | None) -> c.EssentialItem:
    """The framework agreement under which the worker was sent."""
    known = None
    if order is not None and order.agreement_id is not None:
        known = _agreements(session, {order.agreement_id}).get(order.agreement_id)
    return c.EssentialItem(
        key=c.Essential.agreement,
        name=NAMES[c.Essential.agreement],
        is_present=known is not None,
        event_id=known.event_id if known else None,
        topic="agreement.changed" if known else None,
        at=known.at if known else None,
        reference=str(known.agreement_id) if known else None,
    )


def _ledger(session: Session, worker_id: UUID) -> c.EssentialItem:
    """The 台账 itself, proved by its first entry."""
    first = session.exec(
        select(Received).where(Received.worker_id == worker_id).order_by(col(Received.sequence)).limit(1)
    ).one_or_none()
    return c.EssentialItem(
        key=c.Essential.ledger,
        name=NAMES[c.Essential.ledger],
        is_present=first is not None,
        event_id=first.event_id if first else None,
        topic=first.topic if first else None,
        at=first.at if first else None,
        reference=first.hash if first else None,
    )


def _item(essential: c.Essential, proof: Proof | None) -> c.EssentialItem:
    return c.EssentialItem(
        key=essential,
        name=NAMES[essential],
        is_present=proof is not None,
        event_id=proof.event_id if proof else None,
        topic=proof.topic if proof else None,
        at=proof.at if proof else None,
        reference=proof.reference if proof else None,
    )
