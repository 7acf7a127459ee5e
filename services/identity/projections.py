"""What other services' facts mean for entering: a blocked employer, a worker who was erased or merged."""

from __future__ import annotations

from uuid import UUID

from services.identity import sessions
from services.identity.models import EmployerStanding, FormerWorker
from shared.contracts import postings, registry
from shared.kit.session import Session


def employer_changed(session: Session, event: postings.EmployerChanged) -> None:
    _standing(session, event.employer_id).is_blocked = event.is_blocked


def employer_merged(session: Session, event: postings.EmployerMerged) -> None:
    _standing(session, event.employer_id).into_employer_id = event.into_employer_id


def employer_merge_undone(session: Session, event: postings.EmployerMergeUndone) -> None:
    _standing(session, event.employer_id).into_employer_id = None


def _standing(session: Session, employer_id: UUID) -> EmployerStanding:
    standing = session.get(EmployerStanding, employer_id)
    if standing is None:
        standing = EmployerStanding(employer_id=employer_id)
        session.add(standing)
    return standing


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
