"""实名登记: one record a person, found by the identity number, corrected with its history kept."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.registry.approvals import needs_approval
from services.registry.changes import Change, change_of
from services.registry.days import today
from services.registry.drafts import Draft, draft_of_changes
from services.registry.identity_numbers import IdentityNumber
from services.registry.intake import source_of
from services.registry.models import Worker
from services.registry.records import records_of
from services.registry.rosters import rosters_of
from services.registry.search import ID_PURPOSE
from services.registry.views import worker_view
from shared.contracts import registry as c
from shared.contracts.errors import NOT_FOUND, Problem
from shared.contracts.scopes import WorkerSelf
from shared.kit.privacy import lookup_hashes
from shared.kit.session import Session


def update_worker(session: Session, command: c.UpdateWorker) -> c.WorkerView:
    """Raises NOT_FOUND, STALE, WORKER_ERASED, WORKER_DUPLICATE, CHANGE_NEEDS_APPROVAL for a grid leader, and whatever
    a registration raises.
    """
    draft = draft_of_changes(command, today(session))
    change = change_of(
        session,
        command.worker_id,
        source=source_of(session),
        expected_version=command.expected_version,
        valid_from=command.valid_from,
        reason=command.reason,
    )
    needs_approval(session, apply_changes(session, change, draft))
    return view_of(session, change)


def apply_changes(session: Session, change: Change, draft: Draft) -> list[str]:
    """What differs, taken over. Raises WORKER_DUPLICATE for another person's number."""
    if draft.number and (known := with_number(session, draft.number)) and known != change.worker.id:
        raise duplicate(session, known)
    try:
        with session.begin_nested():
            return change.apply(draft, replaces_lists=True)
    except IntegrityError as error:
        raise duplicate(session, None) from error


def own_or_visible(session: Session, worker_id: UUID) -> Worker:
    """The worker, for an entrypoint that runs as the service: a worker only themself, an area account its area.

    Raises NOT_FOUND.
    """
    worker = session.get(Worker, worker_id)
    scope = session.caller.scope
    if isinstance(scope, WorkerSelf):
        is_near = worker_id == scope.worker_id
    else:
        is_near = worker is not None and worker.division.startswith(getattr(scope, "division", ""))
    if worker is None or not is_near:
        raise NOT_FOUND(worker_id=str(worker_id))
    return worker


def get_worker(session: Session, query: c.GetWorker) -> c.WorkerView:
    """Raises NOT_FOUND for an unknown worker and for one outside the caller's scope alike, and for a restricted one
    where an outpost or a partner asks.
    """
    worker = session.get(Worker, query.worker_id)
    is_kept_from = worker and worker.restricted_at and session.caller.scope.kind in ("outpost", "partner")
    if worker is None or is_kept_from:
        raise NOT_FOUND(worker_id=str(query.worker_id))
    records = records_of(session, [worker.id])[worker.id]
    return worker_view(session, worker, records, rosters_of(session, worker.id))


def view_of(session: Session, change: Change) -> c.WorkerView:
    """The worker as changed."""
    session.flush()
    rosters = rosters_of(session, change.worker.id)
    return worker_view(session, change.worker, records_of(session, [change.worker.id])[change.worker.id], rosters)


def with_number(session: Session, number: IdentityNumber) -> UUID | None:
    """Who bears the number, of those whom the caller sees."""
    hashes = lookup_hashes(session.keys, number.value, purpose=ID_PURPOSE)
    return session.exec(select(col(Worker.id)).where(col(Worker.id_hash).in_(hashes))).first()


def duplicate(session: Session, known: UUID | None) -> Problem:
    """Only HQ learns which record it is: for others an id would say who lives where."""
    if known and session.caller.scope.kind == "hq":
        return c.WORKER_DUPLICATE(worker_id=str(known))
    return c.WORKER_DUPLICATE()
