"""What people decide is told to the audit trail 操作日志, in the transaction that decides it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.contracts.identity import AuditRecorded
from shared.kit.database import scope_key
from shared.kit.session import Session
from shared.kit.tables import new_id


def note_act(
    session: Session, action: str, subject_kind: str, subject_id: UUID, *, purpose: str | None = None, **facts: Any
) -> None:
    """Under who asked, also where the work is done as the service. No personal data in `purpose` or `facts`."""
    caller = session.caller
    session.publish(
        AuditRecorded(
            entry_id=new_id(),
            actor=caller.actor,
            role=caller.role,
            scope=scope_key(caller.scope),
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            purpose=purpose,
            facts=facts,
            at=session.now,
            source=session.kit.service,
        )
    )
