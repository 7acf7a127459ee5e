"""走访: noted by grid leaders, taken back where noted by mistake, and due again after a while.

Whoever is in hardship is visited at least once in ninety days (动态管理); a visit may name another day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, and_, case, cast, func
from sqlmodel import col, select

from services.registry.changes import change_of
from services.registry.days import today
from services.registry.intake import actor_of, source_of
from services.registry.models import ChangeRequest, DifficultyStatus, Visit, Worker
from services.registry.records import Records, records_of
from services.registry.rosters import count, moment_of
from services.registry.vault import vault_of
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Area
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path

VISIT_EVERY = timedelta(days=90)
ENDING_SOON = timedelta(days=30)
COUNTY_NAME = "黎平县"


def record_visit(session: Session, command: c.RecordVisit) -> c.VisitView:
    """Raises NOT_FOUND, WORKER_ERASED, or PERIOD_INVALID for a visit to come."""
    day = today(session)
    if command.visited_on > day or (command.next_visit_on and command.next_visit_on <= command.visited_on):
        raise c.PERIOD_INVALID()
    worker = change_of(session, command.worker_id, source=source_of(session)).worker
    note = vault_of(session.keys, worker).seal(command.note, "note") if command.note else None
    visit = Visit(
        **command.model_dump(exclude={"note", "needs"}),
        division=worker.division,
        needs=sorted({need.value for need in command.needs}),
        note=note,
        actor=actor_of(session),
        recorded_at=session.now,
    )
    session.add(visit)
    session.flush()
    return _view(session, visit, worker)


def void_visit(session: Session, command: c.VoidVisit) -> c.VisitView:
    """By whoever noted it, or HQ. Raises NOT_FOUND."""
    visit = session.get(Visit, command.visit_id, with_for_update=True)
    is_own = visit is not None and (visit.actor == actor_of(session) or session.caller.scope.kind == "hq")
    worker = session.get(Worker, visit.worker_id) if visit else None
    if visit is None or worker is None or not is_own:
        raise NOT_FOUND(visit_id=str(command.visit_id))
    if visit.voided_at is None:
        visit.voided_at, visit.void_reason = session.now, command.reason
        session.add(visit)
    return _view(session, visit, worker)


def list_visits(session: Session, query: c.ListVisits) -> Page[c.VisitView]:
    statement: Any = select(Visit, Worker).join(Worker, col(Worker.id) == col(Visit.worker_id))
    if query.worker_id:
        statement = statement.where(col(Visit.worker_id) == query.worker_id)
    if query.division:
        statement = statement.where(col(Visit.division).startswith(query.division))
    if query.since:
        statement = statement.where(col(Visit.visited_on) >= query.since)
    if query.until:
        statement = statement.where(col(Visit.visited_on) <= query.until)
    if query.need:
        statement = statement.where(col(Visit.needs).contains([query.need.value]))
    order = (col(Visit.visited_on).desc(), col(Visit.id).desc())
    return page(session, statement, order=order, request=query, view=lambda row: _view(session, row[0], row[1]))


def _view(session: Session, visit: Visit, worker: Worker) -> c.VisitView:
    note = vault_of(session.keys, worker).open(visit.note, "note") if visit.note and worker.data_key else None
    return c.VisitView(
        **visit.model_dump(exclude={"note"}),
        note=note,
        worker_name=worker.name,
        division_name=division_path(visit.division),
    )


def _due(session: Session, division: str | None) -> Any:
    """SELECT Worker, last visit, due day: in hardship today, and due by today."""
    day = today(session)
    status: Any = DifficultyStatus
    last = (
        select(
            col(Visit.worker_id).label("worker_id"),
            func.max(col(Visit.visited_on)).label("visited_on"),
            func.max(col(Visit.next_visit_on)).label("next_on"),
        )
        .where(col(Visit.voided_at).is_(None), col(Visit.visited_on) > day - 4 * VISIT_EVERY)
        .group_by(col(Visit.worker_id))
        .subquery()
    )
    since = (
        select(status.worker_id.label("worker_id"), func.min(status.valid_from).label("since"))
        .where(
            status.superseded_at.is_(None),
            status.valid_from <= day,
            status.valid_to.is_(None) | (status.valid_to >= day),
        )
        .group_by(status.worker_id)
        .subquery()
    )
    usual = cast(last.c.visited_on + VISIT_EVERY, Date)
    named = case((and_(last.c.next_on > last.c.visited_on), last.c.next_on), else_=usual)
    due_on = case((last.c.visited_on.is_(None), since.c.since), else_=named).label("due_on")
    statement: Any = (
        select(Worker, last.c.visited_on, due_on)
        .join(since, since.c.worker_id == col(Worker.id))
        .outerjoin(last, last.c.worker_id == col(Worker.id))
        .where(col(Worker.is_active), col(Worker.erased_at).is_(None), due_on <= day)
    )
    return statement.where(col(Worker.division).startswith(division)) if division else statement


def list_due_visits(session: Session, query: c.ListDueVisits) -> Page[c.DueVisit]:
    order = (col(Worker.name_key), col(Worker.id))
    found = page(session, _due(session, query.division), order=order, request=query, view=_whole)
    known = records_of(session, [row[0].id for row in found.items])
    day = today(session)
    return Page[c.DueVisit](
        items=[_due_view(day, row[0], row[1], row[2], known[row[0].id]) for row in found.items],
        next_cursor=found.next_cursor,
    )


def _whole(row: Any) -> Any:
    return row


def _due_view(day: date, worker: Worker, last: date | None, due_on: date, records: Records) -> c.DueVisit:
    return c.DueVisit(
        worker_id=worker.id,
        worker_name=worker.name,
        division=worker.division,
        division_name=division_path(worker.division),
        difficulty=sorted({status.kind for status in records.statuses_on(day)}),
        employment=records.employment_on(day),
        last_visit_on=last,
        due_on=due_on,
        days_overdue=(day - due_on).days,
    )


def get_grid_overview(session: Session, query: c.GetGridOverview) -> c.GridOverview:
    scope = session.caller.scope
    division = query.division or (scope.division if isinstance(scope, Area) else None)
    day, moment = today(session), moment_of(session, None)
    status: Any = DifficultyStatus
    people = [col(Worker.is_active), col(Worker.erased_at).is_(None), *_within(col(Worker.division), division)]
    return c.GridOverview(
        division=division,
        division_name=division_path(division) if division else COUNTY_NAME,
        people=_count(session, Worker, *people),
        without_phone=_count(session, Worker, *people, col(Worker.phone_hash).is_(None)),
        hardship=count(session, c.RosterKind.hardship, moment, division),
        unemployed=count(session, c.RosterKind.unemployed, moment, division),
        visits_this_month=_count(
            session,
            Visit,
            col(Visit.voided_at).is_(None),
            col(Visit.visited_on) >= day.replace(day=1),
            *_within(col(Visit.division), division),
        ),
        visits_due=int(
            session.execute(select(func.count()).select_from(_due(session, division).subquery())).scalar_one()
        ),
        change_requests_pending=pending_requests(session, division),
        hardships_ending_soon=_count(
            session,
            DifficultyStatus,
            status.superseded_at.is_(None),
            status.valid_to >= day,
            status.valid_to <= day + ENDING_SOON,
            *_within(status.division, division),
        ),
    )


def pending_requests(session: Session, division: str | None) -> int:
    state = col(ChangeRequest.state) == c.ChangeRequestState.pending
    return _count(session, ChangeRequest, state, *_within(col(ChangeRequest.division), division))


def _within(column: Any, division: str | None) -> list[Any]:
    return [column.startswith(division)] if division else []


def _count(session: Session, table: type[Any], *conditions: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())
