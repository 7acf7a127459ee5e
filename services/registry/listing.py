"""Lists of workers: search and filters in any combination, in the order of their names' reading."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import DifficultyStatus, Worker, WorkerSkill
from services.registry.records import facts_of, records_of
from services.registry.rosters import on_roster
from services.registry.search import matching
from services.registry.views import worker_row
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import find_occupation


def list_workers(session: Session, query: c.ListWorkers) -> Page[c.WorkerRow]:
    statement: Any = select(Worker).where(col(Worker.erased_at).is_(None))
    if query.is_active is not None:
        statement = statement.where(col(Worker.is_active) == query.is_active)
    if query.q and query.q.strip():
        statement = statement.where(matching(session.keys, query.q))
    if query.division:
        statement = statement.where(*_below(col(Worker.division), query.division))
    if query.employment:
        statement = statement.where(col(Worker.employment) == query.employment)
    if query.skill:
        found = find_occupation(query.skill)
        skilled = select(col(WorkerSkill.worker_id)).where(
            *_below(col(WorkerSkill.occupation), found.code if found else query.skill)
        )
        statement = statement.where(col(Worker.id).in_(skilled))
    if query.difficulty:
        day = today(session)
        holds = select(col(DifficultyStatus.worker_id)).where(
            col(DifficultyStatus.kind) == query.difficulty,
            col(DifficultyStatus.superseded_at).is_(None),
            col(DifficultyStatus.valid_from) <= day,
            col(DifficultyStatus.valid_to).is_(None) | (col(DifficultyStatus.valid_to) >= day),
        )
        statement = statement.where(col(Worker.id).in_(holds))
    if query.roster:
        statement = statement.where(col(Worker.id).in_(on_roster(session, query.roster)))
    found_page = page(session, statement, order=(col(Worker.name_key), col(Worker.id)), request=query, view=_same)
    records = records_of(session, [worker.id for worker in found_page.items])
    return Page[c.WorkerRow](
        items=[worker_row(session, worker, records[worker.id]) for worker in found_page.items],
        next_cursor=found_page.next_cursor,
    )


def snapshot_workers(session: Session, query: c.SnapshotWorkers) -> Page[c.WorkerSnapshot]:
    """In the order of ids, that is of registration: who registers meanwhile comes on a later page or by event."""
    statement: Any = select(Worker).where(col(Worker.erased_at).is_(None))
    found_page = page(session, statement, order=(col(Worker.id),), request=query, view=_same)
    records = records_of(session, [worker.id for worker in found_page.items])
    day = today(session)
    return Page[c.WorkerSnapshot](
        items=[c.WorkerSnapshot(**facts_of(worker, records[worker.id], day)) for worker in found_page.items],
        next_cursor=found_page.next_cursor,
    )


def _same(worker: Worker) -> Any:
    return worker


def _below(column: Any, prefix: str) -> tuple[Any, Any]:
    """Codes that begin so, as a range, which an index answers."""
    return column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1)
