"""养蜂人员: workers whom the county certified in 养蜂, and those whom HQ enrolled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.honey.here import today
from services.honey.models import Beekeeper, HoneyPurchase, Settlement
from shared.contracts import honey as c
from shared.contracts import registry, training
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


def find_worker(ask: Ask, command: c.EnrolBeekeeper, call: Call) -> registry.WorkerView:
    """Registry's word that the worker exists, and where; raises its refusal."""
    return ask(registry.GetWorker(worker_id=command.worker_id))


def enrol_beekeeper(session: Session, command: c.EnrolBeekeeper, worker: registry.WorkerView) -> c.BeekeeperView:
    """Raises BEEKEEPER_ENROLLED for one who is enrolled or certified already."""
    known = session.exec(select(Beekeeper).where(Beekeeper.worker_id == command.worker_id)).one_or_none()
    if known and known.is_active:
        raise c.BEEKEEPER_ENROLLED(beekeeper_id=str(known.id))
    if known:
        known.is_active, known.certificate_no, known.version = True, None, known.version + 1
        session.add(known)
        session.flush()
        return view(session, known)
    beekeeper = Beekeeper(
        worker_id=command.worker_id, division=command.division or worker.division, since=today(session)
    )
    session.add(beekeeper)
    session.flush()
    return view(session, beekeeper)


def certified(session: Session, event: training.CertificateIssued) -> None:
    """创业施训 (养蜂): the certificate makes the worker a beekeeper; other courses change nothing here."""
    if event.course != training.BEEKEEPING:
        return
    row = insert(Beekeeper).values(
        id=new_id(),
        worker_id=event.worker_id,
        certificate_no=event.certificate_no,
        since=event.issued_on,
        is_active=True,
        created_at=session.now,
        version=1,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["worker_id"],
            set_={"certificate_no": event.certificate_no, "is_active": True, "version": Beekeeper.version + 1},
        )
    )


def uncertified(session: Session, event: training.CertificateRevoked) -> None:
    """Who is a beekeeper by the revoked certificate alone is none any more; what was bought of them stays."""
    known = session.exec(
        select(Beekeeper).where(
            col(Beekeeper.worker_id) == event.worker_id, col(Beekeeper.certificate_no) == event.certificate_no
        )
    ).one_or_none()
    if known is None:
        return
    known.is_active, known.version = False, known.version + 1
    session.add(known)


def merge(session: Session, event: registry.WorkerMerged) -> None:
    """What was bought of the duplicate was bought of the other; two beekeepers become one."""
    by_worker = {
        one.worker_id: one
        for one in session.exec(
            select(Beekeeper).where(col(Beekeeper.worker_id).in_([event.worker_id, event.into_worker_id]))
        )
    }
    doubled, kept = by_worker.get(event.worker_id), by_worker.get(event.into_worker_id)
    if doubled is None:
        return
    tables: tuple[Any, ...] = (HoneyPurchase, Settlement)
    for table in tables:
        moved = {"worker_id": event.into_worker_id} | ({"beekeeper_id": kept.id} if kept else {})
        session.execute(update(table).where(table.beekeeper_id == doubled.id).values(**moved))
    if kept is None:
        doubled.worker_id = event.into_worker_id
    else:
        kept.certificate_no = kept.certificate_no or doubled.certificate_no
        kept.is_active = kept.is_active or doubled.is_active
        kept.since = min(kept.since, doubled.since)
        kept.version += 1
        doubled.is_active = False
        session.add(kept)
    doubled.version += 1
    session.add(doubled)


def require_beekeeper(session: Session, beekeeper_id: UUID) -> Beekeeper:
    beekeeper = session.get(Beekeeper, beekeeper_id)
    if beekeeper is None:
        raise NOT_FOUND(beekeeper_id=str(beekeeper_id))
    return beekeeper


def get_beekeeper(session: Session, query: c.GetBeekeeper) -> c.BeekeeperView:
    return view(session, require_beekeeper(session, query.beekeeper_id))


def list_beekeepers(session: Session, query: c.ListBeekeepers) -> Page[c.BeekeeperView]:
    statement = select(Beekeeper)
    if query.worker_id:
        statement = statement.where(Beekeeper.worker_id == query.worker_id)
    if query.division:
        statement = statement.where(col(Beekeeper.division).startswith(query.division))
    return page(
        session,
        statement,
        order=(col(Beekeeper.created_at), col(Beekeeper.id)),
        request=query,
        view=lambda beekeeper: view(session, beekeeper),
    )


def view(session: Session, beekeeper: Beekeeper) -> c.BeekeeperView:
    grams, cents = totals_of(session, beekeeper.id)
    return c.BeekeeperView.model_validate(
        {**beekeeper.model_dump(), "purchased_grams": grams, "unsettled_cents": cents}
    )


def totals_of(session: Session, beekeeper_id: UUID) -> tuple[int, int]:
    """Grams bought from a beekeeper so far, and cents that wait to be settled."""
    bought = select(func.coalesce(func.sum(HoneyPurchase.grams), 0)).where(
        HoneyPurchase.beekeeper_id == beekeeper_id, HoneyPurchase.state != c.PurchaseState.voided
    )
    owed = select(func.coalesce(func.sum(HoneyPurchase.amount_cents), 0)).where(
        HoneyPurchase.beekeeper_id == beekeeper_id, HoneyPurchase.state == c.PurchaseState.recorded
    )
    return int(session.exec(bought).one()), int(session.exec(owed).one())
