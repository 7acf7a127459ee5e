"""操作日志: entries are added in the transaction of the act, never changed; other services' arrive as events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.identity.models import AuditEntry
from shared.contracts.base import Page
from shared.contracts.identity import AuditEntryView, AuditRecorded, ListAudit, RecordAudit
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit.database import scope_key
from shared.kit.paging import page
from shared.kit.session import Session


def note(
    session: Session,
    action: str,
    subject_kind: str,
    subject_id: UUID | str | None,
    *,
    actor: Actor | None = None,
    outcome: str = "done",
    purpose: str | None = None,
    outpost: OutpostCode | None = None,
    **facts: Any,
) -> None:
    """Add an entry about an act of identity's own. `actor` is given where signing in is what makes the actor known."""
    caller = session.caller
    session.add(
        AuditEntry(
            at=session.now,
            actor_kind=(actor or caller.actor).kind,
            actor_id=(actor or caller.actor).id,
            role=None if actor else caller.role,
            scope=None if actor else scope_key(caller.scope),
            outpost=outpost,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id) if subject_id is not None else None,
            outcome=outcome,
            purpose=purpose,
            facts=facts,
        )
    )


def record_audit(session: Session, command: RecordAudit) -> AuditEntryView:
    """Add an entry for another service. Who acted is the asking context's own word, unless the machinery asks."""
    caller = session.caller
    by_machinery = caller.scope.kind == "service"
    actor = command.actor if by_machinery and command.actor else caller.actor
    entry = AuditEntry(
        at=session.now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        role=command.role if by_machinery else caller.role,
        scope=command.scope if by_machinery else scope_key(caller.scope),
        outpost=command.outpost,
        action=command.action,
        subject_kind=command.subject_kind,
        subject_id=command.subject_id,
        outcome=command.outcome,
        purpose=command.purpose,
        facts=command.facts,
        source=command.action.partition(".")[0] if not by_machinery else caller.actor.id,
    )
    session.add(entry)
    session.flush()
    return _view(entry)


def audit_recorded(session: Session, event: AuditRecorded) -> None:
    """File another service's act. The event's id is the entry's, so that a replay cannot file it twice."""
    session.add(
        AuditEntry(
            id=event.entry_id,
            at=event.at,
            actor_kind=event.actor.kind,
            actor_id=event.actor.id,
            role=event.role,
            scope=event.scope,
            outpost=event.outpost,
            action=event.action,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            outcome=event.outcome,
            purpose=event.purpose,
            facts=event.facts,
            source=event.source,
        )
    )


def list_audit(session: Session, query: ListAudit) -> Page[AuditEntryView]:
    statement = select(AuditEntry)
    if query.actor_id:
        statement = statement.where(col(AuditEntry.actor_id) == query.actor_id)
    if query.action and query.action.endswith("."):
        statement = statement.where(col(AuditEntry.action).startswith(query.action, autoescape=True))
    elif query.action:
        statement = statement.where(col(AuditEntry.action) == query.action)
    if query.subject_kind:
        statement = statement.where(col(AuditEntry.subject_kind) == query.subject_kind)
    if query.subject_id:
        statement = statement.where(col(AuditEntry.subject_id) == query.subject_id)
    if query.outpost:
        statement = statement.where(col(AuditEntry.outpost) == query.outpost)
    if query.from_at:
        statement = statement.where(col(AuditEntry.at) >= query.from_at)
    if query.until_at:
        statement = statement.where(col(AuditEntry.at) < query.until_at)
    order = (col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    return page(session, statement, order=order, request=query, view=_view)


def _view(entry: AuditEntry) -> AuditEntryView:
    return AuditEntryView(
        id=entry.id,
        at=entry.at,
        actor=entry.actor(),
        role=entry.role,
        scope=entry.scope,
        outpost=entry.outpost,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        outcome=entry.outcome,
        purpose=entry.purpose,
        facts=entry.facts,
        source=entry.source,
    )
