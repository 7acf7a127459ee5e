"""Each roster's size and flow by township and month: sums of the dated conditions, kept so that a year reads fast."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import col

from services.registry.bulk import insert_rows
from services.registry.days import today
from services.registry.models import Worker, WorkerRevision
from services.registry.roster_models import RosterMonth
from services.registry.rosters import Moment, members
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.contracts.registry import RosterKind
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.reference import division_name

TOWNSHIP = 9
LONGEST = 60


def count_month(session: Session, month: date) -> None:
    """Count one month, by what is known now: at its end, or today while it runs.

    Somebody who moves to another township leaves here and enters there, so that every township's figures add up.
    """
    last = min(next_month(month) - timedelta(days=1), today(session))
    after, before = Moment(last, session.now), Moment(month - timedelta(days=1), session.now)
    rows: list[dict[str, Any]] = []
    for kind in RosterKind:
        now, then = _people(kind, after), _people(kind, before)
        sums = {name: _by_township(session, ids) for name, ids in _sets(now, then).items()}
        rows += [
            {"kind": kind, "month": month, "division": place, "counted_at": session.now}
            | {name: found.get(place, 0) for name, found in sums.items()}
            for place in sorted({place for found in sums.values() for place in found})
        ]
    session.execute(delete(RosterMonth).where(col(RosterMonth.month) == month))
    insert_rows(session, RosterMonth, rows)


def _sets(now: Any, then: Any) -> dict[str, Any]:
    return {"members": now, "entered": now.except_(then), "left": then.except_(now)}


def _people(kind: RosterKind, moment: Moment) -> Any:
    place = func.left(col(WorkerRevision.division), TOWNSHIP).label("place")
    return members(kind, moment).with_only_columns(col(Worker.id), place)


def _by_township(session: Session, people: Any) -> dict[str, int]:
    given = people.subquery()
    rows = session.execute(select(given.c.place, func.count()).group_by(given.c.place))
    return {place: int(number) for place, number in rows}


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    found = [first.replace(day=1)]
    while (following := next_month(found[-1])) <= last:
        found.append(following)
    return found


def recount_rosters(session: Session, command: c.RecountRosters) -> JobState:
    """Raises ROSTER_DATE_IN_FUTURE, or PERIOD_INVALID for a period out of order or longer than five years."""
    last = command.to_month or today(session)
    if last > today(session):
        raise c.ROSTER_DATE_IN_FUTURE()
    months = months_between(command.from_month, last) if command.from_month <= last else []
    if not 0 < len(months) <= LONGEST:
        raise c.PERIOD_INVALID()
    return submit(session, count_months, {"months": [month.isoformat() for month in months]})


@job("roster_months")
def count_months(run: JobRun) -> dict[str, Any]:
    """A month a transaction, going on after the last one counted."""
    months = [date.fromisoformat(month) for month in run.params["months"]]
    for place in range(int(run.checkpoint.get("counted", 0)), len(months)):
        run.raise_if_cancelled()
        with run.transaction() as session:
            count_month(session, months[place])
            run.save({"counted": place + 1}, done=place + 1, total=len(months), session=session)
    return {"months": len(months)}


def get_roster_figures(session: Session, query: c.GetRosterFigures) -> c.RosterFigures:
    """Raises PERIOD_INVALID."""
    last = query.to_month or today(session)
    first = query.from_month or (last.replace(day=1) - timedelta(days=330)).replace(day=1)
    months = months_between(first, last) if first <= last else []
    if not 0 < len(months) <= LONGEST:
        raise c.PERIOD_INVALID()
    statement: Any = select(RosterMonth).where(col(RosterMonth.month).in_(months))
    if query.kind:
        statement = statement.where(col(RosterMonth.kind) == query.kind)
    if query.division:
        statement = statement.where(col(RosterMonth.division) == query.division)
    order = (col(RosterMonth.month), col(RosterMonth.kind), col(RosterMonth.division))
    found = [row[0] for row in session.execute(statement.order_by(*order))]
    counted = sorted({row.month for row in found})
    kinds = [query.kind] if query.kind else list(RosterKind)
    totals = {
        (month, kind): c.RosterFigure(month=month, kind=kind, members=0, entered=0, left=0)
        for month in counted
        for kind in kinds
    }
    for row in found:
        total = totals[row.month, RosterKind(row.kind)]
        total.members += row.members
        total.entered += row.entered
        total.left += row.left
    return c.RosterFigures(
        from_month=months[0],
        to_month=months[-1],
        totals=list(totals.values()),
        townships=[_figure(row) for row in found],
        uncounted=[month for month in months if month not in counted],
    )


def _figure(row: RosterMonth) -> c.TownshipFigure:
    return c.TownshipFigure(**row.model_dump(), division_name=division_name(row.division))
