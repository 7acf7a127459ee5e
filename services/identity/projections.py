"""What other services' facts mean for entering: a blocked employer, a worker who was erased or merged."""

from __future__ import annotations

from services.identity import sessions
from services.identity.models import EmployerStanding
from shared.contracts import postings, registry
from shared.kit.session import Session


def employer_changed(session: Session, event: postings.EmployerChanged) -> None:
    standing = session.get(EmployerStanding, event.employer_id)
    if standing is None:
        standing = EmployerStanding(employer_id=event.employer_id)
        session.add(standing)
    standing.is_blocked = event.is_blocked


def worker_erased(session: Session, event: registry.WorkerErased) -> None:
    sessions.end_all(session, worker_id=event.worker_id, by="worker erased")


def worker_merged(session: Session, event: registry.WorkerMerged) -> None:
    sessions.end_all(session, worker_id=event.worker_id, by="worker merged")
