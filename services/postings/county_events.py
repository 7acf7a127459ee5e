"""What events of every kind do alike: states, changes, lists by day, and the report of who came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from services.postings.offers import Seeker
from services.postings.presences import recognise, refused_row
from shared.contracts import postings as c
from shared.contracts.errors import ILLEGAL_TRANSITION, STALE, Problem
from shared.kit.session import Session


def require_state(event: Any, states: tuple[Any, ...], action: str) -> None:
    """Raises ILLEGAL_TRANSITION."""
    if event.state not in states:
        raise ILLEGAL_TRANSITION(state=event.state.value, action=action)


def require_version(event: Any, expected: int | None) -> None:
    """Raises STALE."""
    if expected is not None and expected != event.version:
        raise STALE(version=event.version)


def change(event: Any, given: dict[str, Any]) -> bool:
    """Take the changes over; whether the event moved to another time. Raises EVENT_TIMES_INVALID."""
    moved = (event.starts_at, event.ends_at)
    for field, value in given.items():
        setattr(event, field, value)
    if event.ends_at <= event.starts_at:
        raise c.EVENT_TIMES_INVALID()
    event.version += 1
    return moved != (event.starts_at, event.ends_at)


def staff_of(people: Sequence[c.EventStaff]) -> list[dict[str, Any]]:
    """As they are kept."""
    return [person.model_dump(mode="json", exclude_none=True) for person in people]


def between(statement: Any, table: Any, query: c.EventsBetween) -> Any:
    """The events that begin on the days asked for, by the county's clock."""
    if query.from_date:
        statement = statement.where(table.starts_at >= _midnight(query.from_date))
    if query.to_date:
        statement = statement.where(table.starts_at < _midnight(query.to_date) + timedelta(days=1))
    return statement


def count(session: Session, table: Any, *which: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*which)).one()


def record_presences(
    session: Session, people: Sequence[c.Presented], record: Callable[[Seeker], bool]
) -> c.PresenceReport:
    """签到 of a list: who is not recognised is named, the others are recorded. `record` says whether it is the first
    time that somebody came."""
    rows = []
    for number, presented in enumerate(people, start=1):
        try:
            seeker = recognise(session, presented)
        except Problem as problem:
            rows.append(c.PresenceRow(is_recorded=False, **refused_row(number, problem)))
            continue
        is_new = record(seeker)
        rows.append(c.PresenceRow(row=number, worker_id=seeker.worker_id, is_recorded=True, is_new=is_new))
    return c.PresenceReport(
        recorded=sum(row.is_new for row in rows),
        known=sum(row.is_recorded and not row.is_new for row in rows),
        refused=sum(not row.is_recorded for row in rows),
        rows=rows,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=c.COUNTY_ZONE)
