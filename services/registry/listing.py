"""Lists of workers: search and filters in any combination, in the order of their names' reading."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from services.registry.days import today, years_before
from services.registry.models import DifficultyStatus, Worker, WorkerRevision, WorkerSkill
from services.registry.records import facts_of, listed_records, records_of
from services.registry.rosters import condition, moment_of
from services.registry.search import below, sought
from services.registry.views import worker_row
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.scopes import Area
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import find_occupation

# A page reads a few thousand rows at most: starting parallel workers takes longer (30 ms) than all the rest.
NO_PARALLEL_WORKERS = select(func.set_config("max_parallel_workers_per_gather", "0", True))


def list_workers(session: Session, query: c.ListWorkers) -> Page[c.WorkerRow]:
    statement, order = found_workers(session, query)
    if query.roster or query.skill or query.difficulty:
        session.execute(NO_PARALLEL_WORKERS)
    found_page = page(session, statement, order=order, request=query, view=_same)
    records = listed_records(session, [worker.id for worker in found_page.items])
    return Page[c.WorkerRow](
        items=[worker_row(session, worker, records[worker.id]) for worker in found_page.items],
        next_cursor=found_page.next_cursor,
    )


def found_workers(session: Session, wanted: c.WorkerFilter) -> tuple[Any, tuple[Any, Any]]:
    """SELECT of the workers for whom everything holds that is asked for, and the columns that order them by their
    names' reading."""
    statement: Any = select(Worker).where(col(Worker.erased_at).is_(None), *_facts(session, wanted))
    if session.caller.scope.kind in ("outpost", "partner"):
        statement = statement.where(col(Worker.restricted_at).is_(None))
    order = (col(Worker.name_key), col(Worker.id))
    places = _places(session, wanted.division)
    if wanted.q and wanted.q.strip():
        found = sought(session.keys, wanted.q, places)
        statement = statement.where(*found.conditions)
        if found.named is not None:
            statement = statement.join(found.named, found.named.c.worker_id == col(Worker.id))
            order = (found.named.c.name_key, found.named.c.worker_id)
    for place in places:
        statement = statement.where(*below(col(Worker.division), place))
    if wanted.skill:
        statement = statement.where(col(Worker.id).in_(_skilled(wanted.skill, places)))
    if wanted.difficulty:
        statement = statement.where(col(Worker.id).in_(_in_hardship(session, wanted.difficulty, places)))
    if wanted.roster:
        joined = col(WorkerRevision.worker_id) == col(Worker.id)
        statement = statement.join(WorkerRevision, joined).where(condition(wanted.roster, moment_of(session, None)))
    return statement, order


def _facts(session: Session, wanted: c.WorkerFilter) -> list[Any]:
    found = [
        getattr(Worker, name) == value
        for name in ("is_active", "employment", "sex", "education", "wants_out_work")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.age_from is not None:
        found.append(col(Worker.born_on) <= years_before(today(session), wanted.age_from))
    if wanted.age_to is not None:
        found.append(col(Worker.born_on) > years_before(today(session), wanted.age_to + 1))
    return found


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


def _places(session: Session, division: str | None) -> list[str]:
    """Where the people are looked for. An area account's own division is what its policy lets it see anyway; said in
    the query too, an index answers it."""
    scope = session.caller.scope
    own = scope.division if isinstance(scope, Area) else None
    return [place for place in (own, division) if place]


def _skilled(skill: str, places: list[str]) -> Any:
    found = find_occupation(skill)
    statement = select(col(WorkerSkill.worker_id)).where(
        *below(col(WorkerSkill.occupation), found.code if found else skill)
    )
    for place in places:
        statement = statement.where(*below(col(WorkerSkill.division), place))
    return statement


def _in_hardship(session: Session, kind: c.DifficultyKind, places: list[str]) -> Any:
    day = today(session)
    statement = select(col(DifficultyStatus.worker_id)).where(
        col(DifficultyStatus.kind) == kind,
        col(DifficultyStatus.superseded_at).is_(None),
        col(DifficultyStatus.valid_from) <= day,
        col(DifficultyStatus.valid_to).is_(None) | (col(DifficultyStatus.valid_to) >= day),
    )
    for place in places:
        statement = statement.where(*below(col(DifficultyStatus.division), place))
    return statement


def _same(worker: Worker) -> Any:
    return worker
