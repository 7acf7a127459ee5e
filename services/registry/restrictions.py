"""限制处理: where a record may not be deleted yet, it is kept and used for nothing else (个人信息保护法 §47)."""

from __future__ import annotations

from sqlmodel import col, select

from services.registry.changes import Change, change_of
from services.registry.intake import actor_of, source_of
from services.registry.models import Restriction
from shared.contracts import registry as c
from shared.contracts.base import Nothing
from shared.kit.session import Session


def restrict_worker(session: Session, command: c.RestrictWorker) -> Nothing:
    """Raises NOT_FOUND, WORKER_ERASED or WORKER_RESTRICTED."""
    change = change_of(session, command.worker_id, source=source_of(session), reason=f"限制处理: {command.reason}")
    restrict(session, change, command.reason)
    return Nothing()


def restrict(session: Session, change: Change, reason: str) -> None:
    """Off the rosters and out of matching: the others hear of a worker who is not active."""
    worker = change.worker
    session.add(
        Restriction(
            worker_id=worker.id,
            reason=reason,
            was_active=worker.is_active,
            begun_by=actor_of(session),
            begun_at=session.now,
        )
    )
    worker.restricted_at, worker.is_active = session.now, False
    change.announce(["is_active", "restricted"])


def lift_restriction(session: Session, command: c.LiftRestriction) -> Nothing:
    """Raises NOT_FOUND or WORKER_NOT_RESTRICTED."""
    change = change_of(
        session,
        command.worker_id,
        source=source_of(session),
        reason=f"解除限制: {command.reason}",
        even_restricted=True,
    )
    standing = session.exec(
        select(Restriction)
        .where(col(Restriction.worker_id) == command.worker_id, col(Restriction.lifted_at).is_(None))
        .with_for_update()
    ).first()
    if standing is None:
        raise c.WORKER_NOT_RESTRICTED()
    standing.lifted_by, standing.lifted_at, standing.lift_reason = actor_of(session), session.now, command.reason
    session.add(standing)
    change.worker.restricted_at, change.worker.is_active = None, standing.was_active
    change.announce(["is_active", "restricted"])
    return Nothing()
