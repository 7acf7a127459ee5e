"""What other services' facts mean for entering: a blocked employer, a worker who was erased or merged."""

from __future__ import annotations

from uuid import UUID

from services.identity import sessions
from services.identity.models import EmployerStanding, FormerWorker
from shared.contracts import postings, registry
from shared.kit.session import Session


def employer_changed(session: Session, event: postings.EmployerChanged) -> None:
    standing = session.get(EmployerStanding, event.employer_id)
    if standing is None:
        standing = EmployerStanding(employer_id=event.employer_id)
        session.add(standing)
    standing.is_blocked = event.is_blocked


def worker_erased(session: Session, event: registry.WorkerErased) -> None:
    _depart(session, event.worker_id, None, by="worker erased")


def worker_merged(session: Session, event: registry.WorkerMerged) -> None:
    _depart(session, event.worker_id, event.into_worker_id, by="worker merged")


def _depart(session: Session, worker_id: UUID, into: UUID | None, *, by: str) -> None:
    former = session.get(FormerWorker, worker_id)
    if former is None:
        former = FormerWorker(worker_id=worker_id)
        session.add(former)
    former.into_worker_id = into
    sessions.end_all(session, worker_id=worker_id, by=by)
