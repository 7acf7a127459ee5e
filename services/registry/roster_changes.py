"""The difference between two days of one roster, by what is known now."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import col, select

from services.registry.memberships import Known, known_of
from services.registry.models import Worker
from services.registry.roster_reasons import why_off, why_on
from services.registry.rosters import Moment, count, members, moment_of
from services.registry.views import masked
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind, RosterMove
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path


def compare_roster(session: Session, query: c.CompareRoster) -> c.RosterDifference:
    """Raises ROSTER_DATE_IN_FUTURE, or PERIOD_INVALID where the days are out of order."""
    after = moment_of(session, query.to_on)
    if query.from_on > after.day:
        raise c.PERIOD_INVALID()
    before = Moment(query.from_on, after.known_at)
    entered = _ids(query, after).except_(_ids(query, before))
    left = _ids(query, before).except_(_ids(query, after))
    moves = {RosterMove.entered: entered, RosterMove.left: left}
    wanted = [ids for move, ids in moves.items() if query.move in (None, move)]
    statement: Any = select(Worker).where(or_(*(col(Worker.id).in_(ids) for ids in wanted)))
    found = page(session, statement, order=(col(Worker.name_key), col(Worker.id)), request=query, view=_same)
    known = known_of(session, found.items, after)
    return c.RosterDifference(
        kind=query.kind,
        from_on=before.day,
        to_on=after.day,
        members_before=count(session, query.kind, before, query.division),
        members_after=count(session, query.kind, after, query.division),
        entered=_count(session, entered),
        left=_count(session, left),
        items=[_change(session, query.kind, known[worker.id], after.day) for worker in found.items],
        next_cursor=found.next_cursor,
    )


def _change(session: Session, kind: RosterKind, known: Known, day: date) -> c.RosterChange:
    worker, is_on = known.worker, known.is_on(kind, day)
    why = why_on(kind, known, day) if is_on else why_off(kind, known, day)
    facts = known.revision_on(day)
    division = facts.division if facts else worker.division
    return c.RosterChange(
        worker_id=worker.id,
        name=worker.name,
        id_number_masked=masked(session, worker),
        division=division,
        division_name=division_path(division),
        move=RosterMove.entered if is_on else RosterMove.left,
        happened_on=known.since(kind, day),
        reason=why.words,
        source=why.source,
        verified_by=why.verified_by,
    )


def _ids(query: c.CompareRoster, moment: Moment) -> Any:
    return members(query.kind, moment, query.division).with_only_columns(col(Worker.id))


def _count(session: Session, ids: Any) -> int:
    return int(session.execute(select(func.count()).select_from(ids.subquery())).scalar_one())


def _same(worker: Worker) -> Any:
    return worker
